"""Every nasty value in every column: it lands as Python reads it, or it is in the quarantine."""

import csv
import json
from pathlib import Path

import duckdb
import pytest
import value_oracle as oracle
from nasty_values import values

from analytics_assets.intake import land

VALUES = 460
COLUMNS = {
    "orders": {
        "order_id": oracle.key,
        "customer_id": oracle.identifier,
        "order_date": oracle.filled_moment,
        "order_status": oracle.text,
        "total_amount": oracle.number(18, 2),
        "discount_percent": oracle.number(5, 2),
        "shipping_cost": oracle.number(18, 2),
    },
    "order_items": {
        "order_item_id": oracle.key,
        "order_id": oracle.key,
        "product_id": oracle.identifier,
        "product_name": oracle.text,
        "quantity": oracle.number(14, 3),
        "unit_price": oracle.number(18, 2),
        "line_total": oracle.number(18, 2),
    },
    "customers": {
        "customer_id": oracle.key,
        "email": oracle.text,
        "registration_date": oracle.day,
    },
    "product_catalog": {
        "product_id": oracle.key,
        "product_name": oracle.text,
        "description": oracle.text,
        "price": oracle.number(18, 2),
        "stock_quantity": oracle.whole,
        "unit_cost": oracle.number(18, 2),
    },
}
# Not the same in any two columns, so that a value in the wrong column is seen.
GOOD = {"order_date": "2024-01-05 10:00:00", "registration_date": "2024-01-06"}
CASES = VALUES * sum(map(len, COLUMNS.values()))


def good_row(table: str, number: int) -> dict[str, str]:
    row = {name: GOOD.get(name, str(place)) for place, name in enumerate(COLUMNS[table], 1)}
    return {**row, next(iter(row)): f"row {number}"}


def nasty_rows(table: str) -> list[tuple[str, dict[str, str]]]:
    """Return (column, row) of each case: a good row in which one column has a nasty value."""
    cases = [(column, value) for column in COLUMNS[table] for value in values(VALUES)]
    return [
        (column, {**good_row(table, number), column: value})
        for number, (column, value) in enumerate(cases, 1)
    ]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("nasty")
    for table, columns in COLUMNS.items():
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(columns), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(row for _, row in nasty_rows(table))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("create table main.canary as select 42 as answer").fetchall()
        report = land(connection, folder)
        yield connection, report, folder


def expected(table: str):
    """Return the rows that land by number, the numbers that must not, and those left open."""
    accepted, refused, undecided, keys = {}, {}, set(), set()
    first = next(iter(COLUMNS[table]))
    for number, (column, row) in enumerate(nasty_rows(table), 1):
        made = {name: read(row[name]) for name, read in COLUMNS[table].items()}
        if oracle.UNDECIDED in made.values():
            undecided.add(number)
        elif made[first] in keys and made == accepted[made[first]]:
            undecided.add(number)  # an exact repeat: dropped, no fault
        elif oracle.REFUSED in made.values() or made[first] in keys:
            refused[number] = (column, row)
        else:
            keys.add(made[first])
            accepted[made[first]] = made
    return accepted, refused, undecided


@pytest.mark.parametrize("table", COLUMNS)
def test_what_lands_is_what_python_reads(landed, table: str):
    connection, _, _ = landed
    accepted, _, undecided = expected(table)
    names = list(COLUMNS[table])
    found = connection.execute(f"select {', '.join(names)} from raw.{table}").fetchall()
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in found}

    for identity in {f"row {number}" for number in undecided}:
        rows.pop(identity, None)
    assert len(rows) == len(accepted)
    assert rows == accepted


@pytest.mark.parametrize("table", COLUMNS)
def test_what_does_not_land_is_readable_with_file_row_and_reason(landed, table: str):
    connection, _, _ = landed
    _, refused, undecided = expected(table)
    found = connection.execute(
        "select row_number, file_name, column_name, value, reason, row_content "
        f"from raw.quarantined_rows where table_name = '{table}' order by row_number"
    ).fetchall()

    assert [row[0] for row in found if row[0] not in undecided] == list(refused)
    for number, file, column, value, reason, content in found:
        if number in refused:
            wanted, row = refused[number]
            assert (file, column) == (f"{table}.csv", wanted), row
            assert value in (row[column] or None, row[column].strip(), None) or (
                value[:10] == row[column].strip()[:10]
            )
            assert reason.startswith(f"{column} ")
            assert json.loads(content) == {name: text or None for name, text in row.items()}


def test_every_row_read_is_accepted_or_quarantined(landed):
    _, report, folder = landed
    for table in COLUMNS:
        told = report.tables[table]
        with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            assert told.rows_read == len(list(csv.reader(file))) - 1 == len(nasty_rows(table))
        assert told.rows_read == (told.rows_accepted + told.rows_quarantined + told.rows_superseded)
    assert sum(told.rows_read for told in report.tables.values()) == CASES


def test_no_value_was_executed(landed):
    connection, report, folder = landed
    names = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()

    assert [name for (name,) in names] == sorted(
        [
            *(*COLUMNS, "returns", "exchange_rates", "canary"),
            *("quarantined_rows", "landings", "shop_statuses"),
        ]
    )
    assert connection.execute("from main.canary").fetchall() == [(42,)]
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{t}.csv" for t in COLUMNS)
    assert not list(Path.cwd().glob("stolen*"))
    assert report.summary_of_faults().isascii()
    assert report.summary_of_faults().replace("\n", "").isprintable()
