"""Customers, catalogue and columns that a folder lacks, made from orders and lines."""

import datetime
from decimal import Decimal

ORDERS = (
    "order_id,customer_id,order_date,order_status,total_amount\n"
    "B,C1,2024-03-01 12:00,s,1\n"
    "A,C1,2024-01-05 23:59,s,1\n"
    "C,C2,2024-02-01,s,1\n"
    "D,,2023-01-01,s,1\n"
    "E,C3,never,s,1\n"
)
ITEMS = (
    "order_item_id,order_id,product_id,product_name,product_category,quantity,unit_price\n"
    "1,A,P1,Old cup,Old,1,1.00\n"
    "2,B,P1,,Kitchen,1,0\n"
    "3,C,P1,New cup,,1,4.00\n"
    "4,C,P1,A cup,,1,3.00\n"
    "5,gone,P1,Orphan,Orphan,1,9.00\n"
    "6,gone,P2,Lone,,1,-1\n"
    "7,A,,No product,,1,1\n"
    "8,C,P3,Mug,,1,3.00\n"
    "9,C,P3,Jug,,1,4.00\n"
)


def test_customers_are_those_of_accepted_orders_since_their_first(shop):
    shop.write("orders.csv", ORDERS)
    landed = shop.land().tables["customers"]
    rows = shop.rows("select customer_id, registration_date, first_name from raw.customers")
    assert sorted(rows) == [
        ("C1", datetime.date(2024, 1, 5), None),
        ("C2", datetime.date(2024, 2, 1), None),
    ]
    assert (landed.file_name, landed.rows_read, landed.rows_accepted) == (None, 2, 2)
    assert landed.notices == ("customers: no file; derived from orders and order_items",)


def test_the_catalogue_takes_names_and_prices_of_the_newest_lines_that_have_them(shop):
    shop.write("orders.csv", ORDERS)
    shop.write("order_items.csv", ITEMS)
    # Lines of unknown orders and without a product are kept, too.
    assert shop.land().tables["order_items"].rows_accepted == 9
    rows = shop.rows(
        "select product_id, product_name, product_category, price, unit_cost"
        " from raw.product_catalog"
    )
    assert sorted(rows) == [
        ("P1", "A cup", "Kitchen", Decimal("3.00"), None),
        ("P2", "Lone", None, None, None),
        ("P3", "Jug", None, Decimal("3.00"), None),
    ]


def test_files_that_belong_to_no_table_are_named_where_a_table_is_derived(shop):
    shop.write("readme.md", "")
    assert "files that belong to no table: readme.md" in shop.land().notices


def test_a_file_wins_over_derivation_even_if_it_is_empty(shop):
    shop.write("customers.csv", "customer_id")
    assert shop.land().tables["customers"].rows_accepted == 0
    assert shop.values("customers", "customer_id") == []


def test_missing_line_ids_count_the_lines_of_each_order_in_file_order(shop):
    shop.write(
        "order_items.csv",
        "order_id,product_id,quantity,unit_price\n"
        "A1,P1,1,1\nA2,P1,1,1\n A1,P2,x,1\n,P2,1,1\nA1,P3,1,1\n",
    )
    shop.land()
    assert sorted(shop.rows("select order_item_id, product_id from raw.order_items")) == [
        ("A1-0001", "P1"),
        ("A1-0002", "P3"),
        ("A2-0001", "P1"),
    ]
    assert [row[2:4] for row in shop.quarantine()] == [(3, "quantity"), (4, "order_id")]


def test_a_missing_line_total_is_quantity_times_price(shop):
    shop.write(
        "order_items.csv",
        "order_id,product_id,quantity,unit_price\nA1,P1,-3,0.33\nA1,P1,,1\nA1,P1,1,\n",
    )
    shop.land()
    assert shop.values("order_items", "line_total") == [Decimal("-0.99"), None, None]


def test_a_given_line_total_is_kept_even_if_it_does_not_add_up(shop):
    shop.write(
        "order_items.csv",
        "order_id,product_id,quantity,unit_price,line_total\nA1,P1,2,10,19.99\n",
    )
    shop.land()
    assert shop.values("order_items", "line_total") == [Decimal("19.99")]
