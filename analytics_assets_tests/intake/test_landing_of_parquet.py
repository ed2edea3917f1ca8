"""Parquet: types that fit are taken as they are, all others are refused or quarantined by row."""

import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow

TIMES = [datetime.datetime(2024, 1, 5, 10), datetime.datetime(2024, 2, 6)]


def write(shop, name="orders", **columns):
    valid = {
        "order_id": pa.array(["A1", "A2"]),
        "customer_id": pa.array(["C1", None]),
        "order_date": pa.array(TIMES, pa.timestamp("us")),
        "order_status": pa.array(["Completed", "Shipped"]),
        "total_amount": pa.array([Decimal("20.00"), Decimal("7.50")]),
    }
    (shop.folder / f"{name}.csv").unlink(missing_ok=True)
    pq.write_table(pa.table(valid | columns), shop.folder / f"{name}.parquet")


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1, 2], pa.int64()),
        pa.array([Decimal(1), Decimal(2)], pa.decimal128(38, 0)),
        pa.array(["1", " 2"], pa.large_string()),
    ],
)
def test_ids_may_be_text_or_whole_numbers(shop, values):
    write(shop, order_id=values)
    shop.land()
    assert shop.values("orders", "order_id") == ["1", "2"]


@pytest.mark.parametrize(
    "kind",
    [pa.timestamp("s"), pa.timestamp("ns"), pa.date32()],
)
def test_times_may_have_any_unit(shop, kind):
    days = [datetime.datetime(2024, 1, 5), datetime.datetime(2024, 12, 31)]
    write(shop, order_date=pa.array(days, pa.timestamp("s")).cast(kind))
    assert shop.land().newest_order == days[1]
    assert shop.values("orders", "order_date") == days


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1.1, None], pa.float32()),
        pa.array([Decimal("1.10"), None], pa.decimal256(20, 2)),
        pa.array(["1.1", None]),
    ],
)
def test_amounts_may_be_decimals_floats_or_text(shop, values):
    write(shop, total_amount=values)
    notices = shop.land().tables["orders"].notices
    assert shop.values("orders", "total_amount") == [Decimal("1.10"), None]
    assert not any("rounded" in notice for notice in notices)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([0.3001, 2.0], pa.float32()),
        pa.array([Decimal("0.299"), Decimal(2)], pa.decimal128(20, 3)),
    ],
)
def test_amounts_with_more_decimals_are_rounded_with_a_notice(shop, values):
    write(shop, total_amount=values)
    notices = shop.land().tables["orders"].notices
    assert shop.values("orders", "total_amount") == [Decimal("0.30"), Decimal("2.00")]
    assert notices[-1] == "orders.parquet: total_amount: values rounded half-up: 1"


@pytest.mark.parametrize(
    ("column", "values", "value", "reason"),
    [
        ("total_amount", pa.array([1.0, float("inf")]), "inf", "total_amount is not a number"),
        ("total_amount", pa.array([1.0, 1e308]), "1e+308", "does not fit DECIMAL(18,2)"),
        (
            "total_amount",
            pa.array([Decimal(1), Decimal("9" * 38)], pa.decimal128(38, 0)),
            "9" * 38,
            "does not fit",
        ),
        (
            "order_date",
            pa.array([0, 2**62], pa.timestamp("ms")),
            "9999-12-31 23:59:59",
            "is before 1900 or after 2100",
        ),
        ("order_date", pa.array([0, 2**31 - 1], pa.date32()), "infinity", "is not a date"),
        ("order_id", pa.array(["A1", " "]), " ", "order_id is empty"),
    ],
)
def test_a_value_that_cannot_be_loaded_is_quarantined(shop, column, values, value, reason):
    write(shop, **{column: values})
    landed = shop.land().tables["orders"]
    assert (landed.rows_read, landed.rows_accepted) == (2, 1)
    [(_, file, number, named, shown, given, content)] = shop.quarantine()
    assert (file, number, named, shown) == ("orders.parquet", 2, column, value)
    assert reason in given
    assert content[column] == value


def test_fractional_quantities_land(shop):
    shop.replace("order_items.csv", "x", "")
    lines = {"order_id": ["A1"] * 3, "product_id": ["P"] * 3, "unit_price": [1.0] * 3}
    pq.write_table(
        pa.table(lines | {"quantity": [2.0, 1.982, float("nan")]}),
        shop.folder / "order_items.parquet",
    )
    shop.land()
    assert shop.values("order_items", "quantity") == [Decimal(2), Decimal("1.982"), None]
    assert shop.quarantine() == []


def test_whole_floats_are_ids_and_zoned_times_become_local(shop):
    zoned = [datetime.datetime(2024, 1, 5, 3, tzinfo=datetime.UTC)] * 2
    write(
        shop,
        order_id=pa.array([7000000241.0, 7000000242.0]),
        order_date=pa.array(zoned, pa.timestamp("us", "UTC")),
    )
    shop.land()
    assert shop.values("orders", "order_id") == ["7000000241", "7000000242"]
    assert shop.values("orders", "order_date") == [datetime.datetime(2024, 1, 4, 19)] * 2


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("order_id", pa.array([b"a", b"b"]), "column order_id has the type binary"),
        ("order_date", pa.array([1, 2], pa.time64("us")), "in no order that is known"),
    ],
)
def test_a_column_that_cannot_be_read_is_refused(shop, column, values, said):
    write(shop, **{column: values})
    assert said in shop.fault()


@pytest.mark.parametrize("kind", [pa.null(), pa.list_(pa.int8())])
def test_an_empty_column_may_have_any_type(shop, kind):
    write(shop, customer_id=pa.nulls(2, kind), discount_percent=pa.nulls(2, kind))
    shop.land()
    assert shop.values("orders", "customer_id") == [None, None]


def test_text_that_is_no_utf_8_is_refused(shop):
    write(shop, order_status=pa.array([b"Caf\xe9", b"caf\xc3\xa9"]).view(pa.string()))
    assert "column order_status holds text that is not UTF-8" in shop.fault()


def test_rows_are_numbered_through_all_row_groups(shop):
    shop.replace("orders.csv", "x", "")
    ids = [str(number) for number in range(15_000)]
    ids[14_998] = "7"
    columns = {
        "order_id": ids,
        "customer_id": ids,
        "order_date": pa.array([0] * len(ids), pa.date32()),
        "order_status": ids,
        "total_amount": range(len(ids)),
    }
    pq.write_table(pa.table(columns), shop.folder / "orders.parquet", row_group_size=4_000)
    assert shop.land().tables["orders"].rows_accepted == 14_999
    [(_, _, number, *_, reason, _)] = shop.quarantine()
    assert number == 14_999
    assert "first seen in row 8" in reason


def test_upper_case_columns_and_further_columns_of_any_type_are_fine(shop):
    write(shop, SHIPPING_COST=pa.array([1, 2]), tags=pa.array([["a"], []]))
    notices = shop.land().tables["orders"].notices
    assert shop.values("orders", "shipping_cost") == [Decimal(1), Decimal(2)]
    assert notices[0] == "orders.parquet: ignored columns: tags"
