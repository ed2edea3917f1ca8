"""Rows of one order that say different things of the order: refused where many are, else said."""

import pytest

MAPPING = """
tables:
  lines:
    files: "sales.csv"
    columns: {{order_id: {}, order_date: Day, customer_id: Buyer, order_status: State,
      product_id: Sku, quantity: Qty, line_total: Sum}}
"""
HEADER = "Nr,Day,Buyer,State,Sku,Qty,Sum\n"


def sales(shop, *others: str, orders: int = 100, order_id: str = "Nr") -> None:
    """Write so many orders of two rows, then the others."""
    rows = [f"{n},2024-01-05,B{n},paid,{sku},1,10\n" for n in range(orders) for sku in "XY"]
    for name in ("orders.csv", "order_items.csv"):
        (shop.folder / name).unlink(missing_ok=True)
    shop.write("sales.csv", HEADER + "".join([*rows, *(f"{row}\n" for row in others)]))
    shop.settings(MAPPING.format(order_id))


@pytest.mark.parametrize(
    ("other", "column", "header"),
    [
        ("2024-02-05,B{n},paid", "order_date", "Day"),
        ("2024-01-05,C{n},paid", "customer_id", "Buyer"),
        ("2024-01-05,B{n},cancelled", "order_status", "State"),
    ],
)
def test_many_orders_whose_rows_disagree_are_no_orders(shop, other, column, header):
    others = [f"{n},{other.format(n=n)},Z,1,10" for n in range(2)]
    sales(shop, *others)
    fault = shop.fault()
    assert (
        f"sales.csv: 2 of 100 orders (2 %) have rows with different {column}, such as '0'" in fault
    )
    assert f"`order_id: [Nr, {header}]`" in fault

    sales(shop, *others, order_id=f"[Nr, {header}]")
    assert shop.land().tables["orders"].rows_accepted == 102


def test_one_order_whose_rows_disagree_is_warned_of(shop):
    sales(shop, "7,2024-01-05,C7,paid,Z,1,10", "8,2024-01-05 12:30:00,,,Z,1,10")
    [warning] = shop.land().warnings
    assert warning == (
        "sales.csv: 1 of 100 orders (1 %) have rows with different customer_id, such as '7' with "
        "'B7' and 'C7': one of them counts for the whole order"
    )


def test_what_is_said_of_an_order_may_stand_on_its_first_row_alone(shop):
    sales(shop, "A,2024-01-07,B,paid,X,1,10", "A,,,,Y,1,5", orders=0)
    report = shop.land()
    assert (report.quarantine, report.warnings) == ((), ())
    found = shop.rows("select order_id, cast(order_date as varchar), total_amount from raw.orders")
    assert found == [("A", "2024-01-07 00:00:00", 15)]


def test_an_order_without_any_day_is_quarantined(shop):
    sales(shop, "A,2024-01-07,B,paid,X,1,10", "B,,C,paid,Y,1,5", orders=0)
    shop.land()
    assert shop.values("orders", "order_id") == ["A"]
    [(table, _, row, column, *_)] = shop.quarantine()
    assert (table, row, column) == ("orders", 2, "order_date")
