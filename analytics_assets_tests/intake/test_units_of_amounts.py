"""Amounts in cents, discounts below 0 and shares for percents: read as meant, or said."""

from decimal import Decimal

import pytest

from analytics_assets.intake import LandingError

ORDERS = "order_id,order_date,total_amount,{}\nA,2024-01-05,{},{}\nB,2024-01-06,{},{}\n"


def orders(shop, column: str, *values: str) -> list[str]:
    """Land two orders of a total and a value each; return the notices on the orders."""
    shop.write("orders.csv", ORDERS.format(column, *values))
    return list(shop.land().tables["orders"].notices)


def test_amounts_that_shop_yml_calls_cents_are_divided_exactly(shop):
    shop.settings("cents: true\nallow_fewer_orders: true\n")
    shop.write(
        "order_items.csv", "order_id,product_id,quantity,unit_price\nA,P,3,1999\nB,P,1,0.5\n"
    )
    notices = orders(shop, "shipping_cost", "5997", "495", "29", "")
    assert shop.values("orders", "total_amount") == [Decimal("59.97"), Decimal("0.29")]
    assert shop.values("orders", "shipping_cost") == [Decimal("4.95"), None]
    lines = shop.rows("select quantity, line_total from raw.order_items order by all")
    assert lines == [(1, Decimal("0.01")), (3, Decimal("59.97"))]
    assert any("total_amount: read as cents, as shop.yml says" in notice for notice in notices)


def test_one_file_alone_may_be_in_cents(shop):
    shop.settings("cents: [Total Amount]\n")
    orders(shop, "shipping_cost", "1999", "5", "100", "5")
    assert shop.values("orders", "total_amount") == [Decimal("19.99"), Decimal("1.00")]
    assert shop.values("orders", "shipping_cost") == [5, 5]


def test_a_column_of_cents_that_no_file_has_is_a_fault(shop):
    shop.settings("cents: [total_amont, order_date]\n")
    assert "shop.yml: cents: total_amont, order_date: no column of amounts" in shop.fault()
    assert "total_amount" in shop.fault()


def test_discounts_below_0_are_taken_off_where_all_are(shop):
    notices = orders(shop, "discount_amount", "20", "-5.50", "20", "0")
    assert shop.values("orders", "discount_amount") == [Decimal("5.50"), 0]
    assert any("below 0 in all 1 rows with a discount" in notice for notice in notices)


def test_discounts_of_both_signs_stay_as_they_are(shop):
    orders(shop, "discount_amount", "20", "-5.50", "20", "3")
    assert shop.values("orders", "discount_amount") == [Decimal("-5.50"), 3]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["0.1", "0.125"], ["10.00", "12.50"]),
        (["0,1", ""], ["10.00", None]),
        (["-0.1", "1"], ["-10.00", "100.00"]),
        (["-0.25", "-0.1"], ["25.00", "10.00"]),
        (["0.5", "10"], ["0.50", "10.00"]),
        (["0.5%", "0.1%"], ["0.50", "0.10"]),
        (["1", "1"], ["1.00", "1.00"]),
    ],
)
def test_percents_between_0_and_1_are_shares_where_all_are(shop, written, expected):
    orders(shop, "discount_percent", "20", f'"{written[0]}"', "20", f'"{written[1]}"')
    found = shop.values("orders", "discount_percent")
    assert found == [value and Decimal(value) for value in expected]


def test_percentages_are_no_amounts(shop):
    with pytest.raises(LandingError, match="column discount_amount: 1 values are percentages"):
        orders(shop, "discount_amount", "20", "10%", "20", "")
