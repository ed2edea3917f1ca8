"""Files that land green and wrong unless somebody looks twice: doubled, mixed, or no sales."""

import pytest

HEADER = "order_id,order_date,product_id,quantity,unit_price"


def lines(shop, rows: list[str], header: str = HEADER) -> None:
    for name in ("orders.csv", "order_items.csv"):
        (shop.folder / name).unlink(missing_ok=True)
    shop.write("lines.csv", "\n".join([header, *rows]) + "\n")


def test_a_file_that_was_appended_to_itself_is_refused(shop):
    rows = [f"{n},2024-01-05,{sku},1,10" for n in range(20) for sku in "XY"]
    lines(shop, rows * 2)
    assert "lines.csv: 20 of 20 orders (100 %) have each of their rows twice" in shop.fault()
    lines(shop, [*rows, *rows[:20]])
    assert shop.land().tables["order_items"].rows_accepted == 60


def test_dates_of_two_orders_in_one_column_are_refused(shop):
    rows = [f"{n},{n + 1:02}/01/2024,X,1,10" for n in range(20)]
    lines(shop, [*rows, *(f"A{n},01/{n + 1:02}/2024,X,1,10" for n in range(20))])
    fault = shop.fault()
    assert "8 of 40 values can only be read with the day first, such as '13/01/2024'" in fault
    assert "8 only with the month first, such as '01/13/2024'" in fault
    lines(shop, rows)
    assert shop.land().tables["orders"].rows_accepted == 20


@pytest.mark.parametrize(
    ("word", "is_told"), [("Refund", True), ("storniert", True), ("Gift", False)]
)
def test_an_ignored_column_that_knows_refunds_is_warned_of(shop, word, is_told):
    rows = [f"{n},2024-01-05,X,1,10,{word if n < 3 else 'Sale'}" for n in range(9)]
    lines(shop, rows, f"{HEADER},Type")
    expected = f"ignored column 'Type' says '{word}' in 3 of the first 9 rows"
    assert [expected in warning for warning in shop.land().warnings] == [True] * is_told

    lines(shop, rows, f"{HEADER},order_status")
    assert shop.land().warnings == ()


def test_yes_and_no_are_known_in_other_languages(shop):
    words = {"ja": True, "Nein": False, "oui": True, "sí": True, "FALSCH": False, "on": True}
    rows = "".join(f"A{n},2024-01-05,1,{word}\n" for n, word in enumerate(words))
    shop.write("orders.csv", f"order_id,order_date,total_amount,is_test\n{rows}")
    shop.land()
    assert shop.values("orders", "is_test") == list(words.values())
