# ruff: noqa: E501 - exports are as wide as they are
"""One small shop as each platform exports it; what must land was computed by hand.

Order 1001, 2024-11-30 23:30 in Los Angeles: two cups of 10.00, a tray of 5.50, 2.50 off, 4.00 for
shipping. Order 1002, 2024-12-02 09:00: three cups, one of which came back. Order 1003, a day later,
was cancelled: one tray. Each export hides what it hides in real life.
"""

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest

from analytics_assets.intake import land

SHOWN = {
    "orders": "order_id, customer_id, order_date, order_status, total_amount, discount_amount, "
    "shipping_cost, currency",
    "order_items": "order_id, product_id, quantity, unit_price, line_total",
    "returns": "order_id, product_id, quantity, amount, returned_at",
    "customers": "customer_id, registration_date",
}
SHOPIFY_ROWS = """
#1001,Ann@x.org,paid,USD,23.00,4.00,2.50,2024-11-30 23:30:00 -0800,2,Cup,10.00,C,,0.00
#1001,,,,,,,2024-11-30 23:30:00 -0800,1,Tray,5.50,T,,
#1002,bob@x.org,partially_refunded,USD,30.00,0.00,0.00,2024-12-02 09:00:00 -0800,3,Cup,10.00,C,,10.00
#1003,bob@x.org,paid,USD,5.50,0.00,0.00,2024-12-03 09:00:00 -0800,1,Tray,5.50,T,2024-12-03 10:00:00 -0800,0.00
"""
SHOPIFY_OLD = (
    "Name,Email,Financial Status,Currency,Subtotal,Shipping,Discount Amount,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount"
)
SHOPIFY_NEW = (
    "Name,Email,Financial status,Currency,Subtotal,Shipping,Discount amount,Created-at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem SKU,Canceled at,Refunded amount"
)
SHOPIFY_LANDED = {
    "orders": """
#1001|ann@x.org|2024-11-30 23:30:00|paid|25.50|2.50|4.00|USD
#1002|bob@x.org|2024-12-02 09:00:00|partially_refunded|30.00|0.00|0.00|USD
#1003|bob@x.org|2024-12-03 09:00:00|cancelled|5.50|0.00|0.00|USD
""",
    "order_items": """
#1001|C|2.000|10.00|20.00
#1001|T|1.000|5.50|5.50
#1002|C|3.000|10.00|30.00
#1003|T|1.000|5.50|5.50
""",
    "returns": "#1002|||10.00|",
}

WOO_EXPORT = """
Order Number,Order Status,Order Date,Email (Billing),Order Currency,Cart Discount Amount,Order Subtotal Amount,Order Shipping Amount,Order Refund Amount,SKU,Item #,Item Name,Quantity (- Refund),Item Cost
1001,Completed,2024-11-30 23:30,Ann@x.org,USD,2.50,25.50,4.00,0.00,C,1,Cup,2,10.00
1001,Completed,2024-11-30 23:30,Ann@x.org,USD,2.50,25.50,4.00,0.00,T,2,Tray,1,5.50
1002,Processing,2024-12-02 09:00,bob@x.org,USD,0.00,30.00,0.00,-10.00,C,1,Cup,3,10.00
1003,Cancelled,2024-12-03 09:00,bob@x.org,USD,0.00,5.50,0.00,0.00,,1,Tray,1,5.50
"""
# Money after the coupon; a refund is an order with a parent, 2.50 of one for no product and
# 0.96 of the other kept as a fee; customer 0 is nobody.
WOO_STATS = """
order_id,parent_id,date_created,date_created_gmt,num_items_sold,total_sales,tax_total,shipping_total,net_total,status,customer_id
1001,0,2024-11-30 23:30:00,2024-12-01 07:30:00,3,27.00,0,4.00,23.00,wc-completed,7
1002,0,2024-12-02 09:00:00,2024-12-02 17:00:00,3,30.00,0,0,30.00,wc-processing,0
1003,0,2024-12-03 09:00:00,2024-12-03 17:00:00,1,5.50,0,0,5.50,wc-cancelled,0
1004,1002,2024-12-05 12:00:00,2024-12-05 20:00:00,-1,-12.50,0,0,-12.50,wc-completed,0
1005,1001,2024-12-06 12:00:00,2024-12-06 20:00:00,-1,-4.00,0,0,-4.00,wc-completed,7
"""
WOO_LINES = """
order_item_id,order_id,product_id,variation_id,customer_id,date_created,product_qty,product_net_revenue,product_gross_revenue,coupon_amount
1,1001,50,51,7,2024-11-30 23:30:00,2,18.04,18.04,1.96
2,1001,60,0,7,2024-11-30 23:30:00,1,4.96,4.96,0.54
3,1002,50,51,0,2024-12-02 09:00:00,3,30.00,30.00,0
4,1003,60,0,0,2024-12-03 09:00:00,1,5.50,5.50,0
5,1004,50,51,0,2024-12-05 12:00:00,-1,-10.00,-10.00,0
6,1005,60,0,7,2024-12-06 12:00:00,-1,-4.96,-4.96,0
"""
WOO_PEOPLE = """
customer_id,user_id,username,first_name,last_name,email,date_last_active,date_registered,country
7,3,ann,Ann,A,ann@x.org,2024-11-30 23:30:00,2024-10-01 08:00:00,US
"""

# A line is one piece; order_item_id counts within the order; customer_id is new for each order.
OLIST = {
    "olist_orders_dataset.csv": """
order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at
1001,a1,delivered,2024-11-30 23:30:00,2024-12-01 07:30:00
1002,b1,shipped,2024-12-02 09:00:00,
1003,b2,canceled,2024-12-03 09:00:00,
""",
    "olist_order_items_dataset.csv": """
order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value
1001,1,C,s,2024-12-05 09:00:00,10.00,1.50
1001,2,C,s,2024-12-05 09:00:00,10.00,1.50
1001,3,T,s,2024-12-05 09:00:00,5.50,1.00
1002,1,C,s,2024-12-05 09:00:00,10.00,0.00
1002,2,C,s,2024-12-05 09:00:00,10.00,0.00
1002,3,C,s,2024-12-05 09:00:00,10.00,0.00
1003,1,T,s,2024-12-05 09:00:00,5.50,0.00
""",
    "olist_customers_dataset.csv": """
customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
a1,ann,01000,x,SP
b1,bob,01000,x,SP
b2,bob,01000,x,SP
""",
}
# Times in UTC; item-price is the price of the whole line; no buyer; nothing of a cancelled order.
AMAZON = """
amazon-order-id|purchase-date|last-updated-date|order-status|product-name|sku|asin|item-status|quantity|currency|item-price|item-tax|shipping-price
1001|2024-12-01T07:30:00+00:00|2024-12-02T07:30:00+00:00|Shipped|Cup|C|B1|Shipped|2|USD|20.00|1.80|4.00
1001|2024-12-01T07:30:00+00:00|2024-12-02T07:30:00+00:00|Shipped|Tray|T|B2|Shipped|1|USD|5.50|0.50|
1002|2024-12-02T17:00:00+00:00|2024-12-02T17:00:00+00:00|Unshipped|Cup|C|B1|Unshipped|3|USD|30.00|2.70|
1003|2024-12-03T17:00:00+00:00|2024-12-03T17:00:00+00:00|Cancelled|Tray|T|B2|Cancelled|0||||
"""
# A refund is a sale turned round, of its own transaction, days later.
SQUARE = """
Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type,Notes,Customer ID
11/30/24,23:30:00,Pacific Time,Kitchen,Cup,2.0,Regular,C,$20.00,-$1.96,$18.04,$0.00,1001,Payment,,ann
11/30/24,23:30:00,Pacific Time,Kitchen,Tray,1.0,Regular,T,$5.50,-$0.54,$4.96,$0.00,1001,Payment,,ann
12/02/24,09:00:00,Pacific Time,Kitchen,Cup,3.0,Regular,C,$30.00,$0.00,$30.00,$0.00,1002,Payment,,bob
12/05/24,12:00:00,Pacific Time,Kitchen,Cup,-1.0,Regular,C,-$10.00,$0.00,-$10.00,$0.00,1004,Refund,chipped,bob
"""

FIVETRAN_CUSTOMER = """
id,email,first_name,last_name,created_at,accepts_marketing,_fivetran_deleted,_fivetran_synced
7,ann@x.org,Ann,A,2024-10-01T03:00:00Z,true,false,2024-12-06T00:00:00Z
8,old@x.org,Old,O,2024-10-01T03:00:00Z,true,true,2024-12-06T00:00:00Z
"""
# price is the price of one piece. 1002 was written twice: the newest by updated_at counts.
FIVETRAN_REST = {
    "order.csv": """
id,name,created_at,updated_at,cancelled_at,customer_id,email,financial_status,currency,subtotal_price,total_line_items_price,total_discounts,test,_fivetran_deleted,_fivetran_synced
1001,#1,2024-12-01T07:30:00Z,2024-12-01T07:30:00Z,,7,ann@x.org,paid,USD,23.00,25.50,2.50,false,false,2024-12-06T00:00:00Z
1002,#2,2024-12-02T17:00:00Z,2024-12-05T20:00:00Z,,,bob@x.org,partially_refunded,USD,30.00,30.00,0.00,false,false,2024-12-06T00:00:00Z
1002,#2,2024-12-02T17:00:00Z,2024-12-02T17:00:00Z,,,bob@x.org,paid,USD,30.00,30.00,0.00,false,false,2024-12-03T00:00:00Z
1003,#3,2024-12-03T17:00:00Z,2024-12-03T18:00:00Z,2024-12-03T18:00:00Z,,bob@x.org,paid,USD,5.50,5.50,0.00,false,false,2024-12-06T00:00:00Z
1009,#9,2024-12-03T17:00:00Z,2024-12-03T18:00:00Z,,,bob@x.org,paid,USD,5.50,5.50,0.00,false,true,2024-12-06T00:00:00Z
""",
    "order_line.csv": """
id,order_id,index,product_id,variant_id,sku,title,quantity,price,total_discount,_fivetran_synced
1,1001,1,50,51,C,Cup,2,10.00,0.00,2024-12-06T00:00:00Z
2,1001,2,60,61,T,Tray,1,5.50,0.00,2024-12-06T00:00:00Z
3,1002,1,50,51,C,Cup,3,10.00,0.00,2024-12-06T00:00:00Z
4,1003,1,60,61,T,Tray,1,5.50,0.00,2024-12-06T00:00:00Z
""",
    "refund.csv": """
id,order_id,created_at,processed_at,note,restock,_fivetran_synced
90,1002,2024-12-05T20:00:00Z,2024-12-05T20:00:00Z,chipped,true,2024-12-06T00:00:00Z
""",
    "order_line_refund.csv": """
id,refund_id,order_line_id,quantity,subtotal,total_tax,_fivetran_synced
91,90,3,1,10.00,0.00,2024-12-06T00:00:00Z
""",
    "customer.csv": FIVETRAN_CUSTOMER,
}
# Tables and columns have other names, words are upper case, and the line has its total alone.
FIVETRAN_GRAPHQL = {
    "order.csv": """
id,name,created_at,updated_at,cancelled_at,customer_id,email,display_financial_status,currency_code,subtotal_price_set_shop_amount,total_discounts_set_shop_amount,test,_fivetran_deleted,_fivetran_synced
1001,#1,2024-12-01T07:30:00Z,2024-12-01T07:30:00Z,,7,ann@x.org,PAID,USD,23.00,2.50,false,false,2024-12-06T00:00:00Z
1002,#2,2024-12-02T17:00:00Z,2024-12-05T20:00:00Z,,,bob@x.org,PARTIALLY_REFUNDED,USD,30.00,0.00,false,false,2024-12-06T00:00:00Z
1003,#3,2024-12-03T17:00:00Z,2024-12-03T18:00:00Z,2024-12-03T18:00:00Z,,bob@x.org,PAID,USD,5.50,0.00,false,false,2024-12-06T00:00:00Z
""",
    "order_line.csv": """
id,order_id,index,product_id,variant_id,sku,title,quantity,original_total_set_shop_amount,total_discount_set_shop_amount,is_gift_card,_fivetran_synced
1,1001,1,50,51,C,Cup,2,20.00,0.00,false,2024-12-06T00:00:00Z
2,1001,2,60,61,T,Tray,1,5.50,0.00,false,2024-12-06T00:00:00Z
3,1002,1,50,51,C,Cup,3,30.00,0.00,false,2024-12-06T00:00:00Z
4,1003,1,60,61,T,Tray,1,5.50,0.00,false,2024-12-06T00:00:00Z
""",
    "refund.csv": """
id,order_id,created_at,processed_at,note,total_refunded_set_shop_amount,return_id,_fivetran_synced
90,1002,2024-12-05T20:00:00Z,2024-12-05T20:00:00Z,chipped,10.00,,2024-12-06T00:00:00Z
""",
    "refund_line_item.csv": """
id,refund_id,order_line_id,quantity,subtotal_set_shop_amount,restocked,_fivetran_synced
91,90,3,1,10.00,true,2024-12-06T00:00:00Z
""",
    "customer.csv": FIVETRAN_CUSTOMER,
}
NUMBERS_LANDED = {
    "orders": """
1001|7|2024-11-30 23:30:00|paid|25.50|2.50||USD
1002||2024-12-02 09:00:00|partially_refunded|30.00|0.00||USD
1003||2024-12-03 09:00:00|cancelled|5.50|0.00||USD
""",
    "order_items": """
1001|50|2.000|10.00|20.00
1001|60|1.000|5.50|5.50
1002|50|3.000|10.00|30.00
1003|60|1.000|5.50|5.50
""",
    "returns": "1002|50|1.000|10.00|2024-12-05 12:00:00",
    "customers": "7|2024-09-30",
}


def airbyte(identify: str) -> dict[str, str]:
    """Return the streams as CSV; ``identify`` makes an id of a kind and a number."""

    def of(kind: str, number: int) -> str:
        return identify.format(kind=kind, number=number)

    def line(number: int, product: int, quantity: int, price: str) -> dict[str, object]:
        ids = {"id": of("LineItem", number), "product_id": of("Product", product)}
        return {**ids, "sku": "x", "title": "x", "quantity": quantity, "price": price}

    def order(number: int, created: str, status: str, goods: str, off: str, **more: object):
        row = {"id": of("Order", number), "created_at": created, "updated_at": created}
        row |= {"financial_status": status, "currency": "USD", "cancelled_at": "", "customer": ""}
        row |= {"total_line_items_price": goods, "total_discounts": off, "test": "false"}
        row |= {"_airbyte_extracted_at": "2024-12-06T00:00:00Z", **more}
        return {key: json.dumps(v) if isinstance(v, list | dict) else v for key, v in row.items()}

    orders = [
        order(
            *(1001, "2024-12-01T07:30:00Z", "paid", "25.50", "2.50"),
            customer={"id": of("Customer", 7), "email": "ann@x.org"},
            line_items=[line(1, 50, 2, "10.00"), line(2, 60, 1, "5.50")],
        ),
        # Append mode: the older state of 1002, with a line that is gone since.
        order(
            *(1002, "2024-12-02T17:00:00Z", "paid", "35.50", "0.00"),
            line_items=[line(3, 50, 3, "10.00"), line(5, 60, 1, "5.50")],
        ),
        order(
            *(1002, "2024-12-02T17:00:00Z", "partially_refunded", "30.00", "0.00"),
            updated_at="2024-12-05T20:00:00Z",
            line_items=[line(3, 50, 3, "10.00")],
        ),
        order(
            *(1003, "2024-12-03T17:00:00Z", "paid", "5.50", "0.00"),
            cancelled_at="2024-12-03T18:00:00Z",
            line_items=[line(4, 60, 1, "5.50")],
        ),
    ]
    back = {"id": of("RefundLineItem", 91), "line_item_id": of("LineItem", 3), "quantity": 1}
    back |= {"subtotal": "10.00", "line_item": {"product_id": of("Product", 50)}}
    refunds = {"id": of("Refund", 90), "order_id": of("Order", 1002), "note": "chipped"}
    refunds |= {"created_at": "2024-12-05T20:00:00Z", "refund_line_items": json.dumps([back])}
    person = {"id": of("Customer", 7), "email": "ann@x.org", "first_name": "Ann"}
    person |= {"created_at": "2024-10-01T03:00:00Z"}
    person |= {"_airbyte_extracted_at": "2024-12-06T00:00:00Z"}
    return {
        "orders.csv": written(orders),
        "order_refunds.csv": written([refunds]),
        "customers.csv": written([person]),
    }


def written(rows: list[dict[str, object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


FLAT = {
    "verkauf.csv": """
Beleg;Datum;Kunde;Artikel;Menge;Betrag
1001;30.11.2024 23:30;ann;C;2;20,00
1001;30.11.2024 23:30;ann;T;1;5,50
1002;02.12.2024 09:00;;C;3;1.030,00
""",
    "shop.yml": """
tables:
  lines:
    files: "verkauf*.csv"
    columns: {order_id: Beleg, order_date: Datum, customer_id: Kunde, product_id: Artikel, quantity: Menge, line_total: Betrag}
""",
}

CASES = {
    "shopify, older header": ({"a.csv": SHOPIFY_OLD + SHOPIFY_ROWS}, SHOPIFY_LANDED),
    "shopify, newer header": ({"a.csv": SHOPIFY_NEW + SHOPIFY_ROWS}, SHOPIFY_LANDED),
    "woocommerce export": (
        {"orders-2024.csv": WOO_EXPORT},
        {
            "orders": """
1001|ann@x.org|2024-11-30 23:30:00|Completed|25.50|2.50|4.00|USD
1002|bob@x.org|2024-12-02 09:00:00|completed|30.00|0.00|0.00|USD
1003|bob@x.org|2024-12-03 09:00:00|Cancelled|5.50|0.00|0.00|USD
""",
            "order_items": """
1001|C|2.000|10.00|20.00
1001|T|1.000|5.50|5.50
1002|C|3.000|10.00|30.00
1003|Tray|1.000|5.50|5.50
""",
            "returns": "1002|||10.00|",
        },
    ),
    "woocommerce tables": (
        {"stats.csv": WOO_STATS, "lookup.csv": WOO_LINES, "people.csv": WOO_PEOPLE},
        {
            "orders": """
1001|7|2024-11-30 23:30:00|wc-completed|25.50|2.50|4.00|
1002||2024-12-02 09:00:00|completed|30.00|0.00|0.00|
1003||2024-12-03 09:00:00|wc-cancelled|5.50|0.00|0.00|
""",
            "order_items": """
1001|51|2.000|10.00|20.00
1001|60|1.000|5.50|5.50
1002|51|3.000|10.00|30.00
1003|60|1.000|5.50|5.50
""",
            "returns": """
1001|||4.00|2024-12-06 12:00:00
1002|51|1.000|10.00|2024-12-05 12:00:00
1002|||2.50|2024-12-05 12:00:00
""",
            "customers": "7|2024-10-01",
        },
    ),
    "olist": (
        OLIST,
        {
            "orders": """
1001|ann|2024-11-30 23:30:00|delivered|25.50||4.00|
1002|bob|2024-12-02 09:00:00|shipped|30.00||0.00|
1003|bob|2024-12-03 09:00:00|canceled|5.50||0.00|
""",
            "order_items": """
1001|C|1.000|10.00|10.00
1001|C|1.000|10.00|10.00
1001|T|1.000|5.50|5.50
1002|C|1.000|10.00|10.00
1002|C|1.000|10.00|10.00
1002|C|1.000|10.00|10.00
1003|T|1.000|5.50|5.50
""",
            "returns": "",
            "customers": "ann|2024-11-30\nbob|2024-12-02",
        },
    ),
    "amazon": (
        {"report.txt": AMAZON.replace("|", "\t")},
        {
            "orders": """
1001||2024-11-30 23:30:00|Shipped|25.50||4.00|USD
1002||2024-12-02 09:00:00|processing|30.00|||USD
1003||2024-12-03 09:00:00|Cancelled||||
""",
            "order_items": """
1001|C|2.000|10.00|20.00
1001|T|1.000|5.50|5.50
1002|C|3.000|10.00|30.00
1003|T|0.000||
""",
            "returns": "",
        },
    ),
    "square": (
        {"items.csv": SQUARE},
        {
            "orders": """
1001|ann|2024-11-30 23:30:00|completed|25.50|2.50||
1002|bob|2024-12-02 09:00:00|completed|30.00|0.00||
""",
            "order_items": """
1001|C|2.000|10.00|20.00
1001|T|1.000|5.50|5.50
1002|C|3.000|10.00|30.00
""",
            "returns": "1002|C|1.000|10.00|2024-12-05 12:00:00",
        },
    ),
    "fivetran, rest": (FIVETRAN_REST, NUMBERS_LANDED),
    "fivetran, graphql": (FIVETRAN_GRAPHQL, NUMBERS_LANDED),
    "airbyte, rest": (airbyte("{number}"), NUMBERS_LANDED),
    "airbyte, graphql": (airbyte("gid://shopify/{kind}/{number}"), NUMBERS_LANDED),
    "flat file of lines": (
        FLAT,
        {
            "orders": """
1001|ann|2024-11-30 23:30:00|completed|25.50|||
1002||2024-12-02 09:00:00|completed|1030.00|||
""",
            "order_items": """
1001|C|2.000|10.00|20.00
1001|T|1.000|5.50|5.50
1002|C|3.000|343.33|1030.00
""",
            "returns": "",
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_export_lands_as_computed_by_hand(tmp_path: Path, case: str):
    files, expected = CASES[case]
    for name, text in files.items():
        (tmp_path / name).write_text(text.strip("\n") + "\n")
    with duckdb.connect(config={"threads": 1}) as connection:
        report = land(connection, tmp_path)
        found = {
            table: [
                "|".join("" if value is None else str(value) for value in row)
                for row in connection.execute(
                    f"select {SHOWN[table]} from raw.{table} order by all"
                ).fetchall()
            ]
            for table in expected
        }
    assert report.quarantine == ()
    assert found == {table: sorted(rows.strip().splitlines()) for table, rows in expected.items()}
