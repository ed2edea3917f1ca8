"""Faults of single rows: they go to the quarantine with their reason, and all others land."""

import pytest

HEADERS = {
    "orders": "order_id,customer_id,order_date,order_status,total_amount",
    "order_items": "order_item_id,order_id,product_id,quantity,unit_price",
}
GOOD = {"orders": "G{n},C,2024-01-01,Completed,1", "order_items": "G{n},G1,P,1,1"}


def land_between_good_rows(shop, table, row):
    """Land a table of a good row, ``row`` and another good row; return what was quarantined."""
    good = [GOOD[table].format(n=number) for number in (1, 2)]
    rows = [HEADERS[table].encode(), good[0].encode(), row, good[1].encode()]
    shop.write(f"{table}.csv", b"\n".join(rows))
    landed = shop.land().tables[table]
    assert (landed.rows_read, landed.rows_accepted, landed.rows_quarantined) == (3, 2, 1)
    assert shop.values(table, HEADERS[table].split(",", maxsplit=1)[0]) == ["G1", "G2"]
    [quarantined] = shop.quarantine()
    return quarantined


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("x,,2024-01-01,s,1_000", "total_amount", "1_000", "is not a number"),
        ("x,,2024-01-01,s,\uff11\uff12", "total_amount", "\uff11\uff12", "is not a number"),
        ("x,,2024-01-01,s,NaN", "total_amount", "NaN", "is not a number"),
        ("x,,2024-01-01,s,-Infinity", "total_amount", "-Infinity", "is not a number"),
        ("x,,2024-01-01,s,0x10", "total_amount", "0x10", "is not a number"),
        ("x,,2024-01-01,s,NULL", "total_amount", "NULL", "is not a number"),
        ("x,,2024-01-01,s,1e308", "total_amount", "1e308", "does not fit DECIMAL(18,2)"),
        (
            "x,,2024-01-01,s,9999999999999999.995",
            "total_amount",
            "9999999999999999.995",
            "does not fit",
        ),
        ("x,,2024-01-01,s," + "9" * 400, "total_amount", "9" * 400, "does not fit"),
        ("x,,yesterday,s,1", "order_date", "yesterday", "is not a date"),
        ("x,,01/02/2024,s,1", "order_date", "01/02/2024", "is not a date"),
        ("x,,2024-1-2,s,1", "order_date", "2024-1-2", "is not a date"),
        ("x,,infinity,s,1", "order_date", "infinity", "is not a date"),
        ("x,,20240102,s,1", "order_date", "20240102", "is not a date"),
        ("x,,2024-01-01 24:00:00,s,1", "order_date", "2024-01-01 24:00:00", "is not a date"),
        ("x,,2024-01-01 1:00,s,1", "order_date", "2024-01-01 1:00", "is not a date"),
        (
            "x,,2024-01-01 10:00:00.1234567,s,1",
            "order_date",
            "2024-01-01 10:00:00.1234567",
            "is not a date",
        ),
        ("x,,2023-02-29,s,1", "order_date", "2023-02-29", "that does not exist"),
        ("x,,2024-01-01T10:00:00Z,s,1", "order_date", "2024-01-01T10:00:00Z", "has a time zone"),
        ("x,,2024-01-01 10:00+01,s,1", "order_date", "2024-01-01 10:00+01", "has a time zone"),
        ("x,,0000-01-01,s,1", "order_date", "0000-01-01", "is before 1900 or after 2100"),
        ("x,,1899-12-31,s,1", "order_date", "1899-12-31", "is before 1900 or after 2100"),
        ("x,,2101-01-01,s,1", "order_date", "2101-01-01", "is before 1900 or after 2100"),
        ("x,,9999-12-31,s,1", "order_date", "9999-12-31", "is before 1900 or after 2100"),
        ("x,,,s,1", "order_date", None, "is empty"),
        ("x,,  ,s,1", "order_date", "  ", "is empty"),
        (",,2024-01-01,s,1", "order_id", None, "is empty"),
        ("\u00a0\t,,2024-01-01,s,1", "order_id", "\u00a0\t", "is empty"),
    ],
)
def test_an_order_that_cannot_be_loaded_is_quarantined(shop, row, column, value, reason):
    table, file, number, *found, content = land_between_good_rows(shop, "orders", row.encode())
    assert (table, file, number) == ("orders", "orders.csv", 2)
    assert found[:2] == [column, value]
    assert found[2].startswith(f"{column} ")
    assert reason in found[2]
    assert content[column] == value
    assert list(content) == HEADERS["orders"].split(",")


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("x,A1,P,two,1", "quantity", "two", "is not a number"),
        ("x,A1,P,214748364800,1", "quantity", "214748364800", "does not fit DECIMAL(14,3)"),
        ("x,A1,P,-1e400,1", "quantity", "-1e400", "does not fit DECIMAL(14,3)"),
        ("x,A1,P,1,1e17", "unit_price", "1e17", "does not fit DECIMAL(18,2)"),
        ("x,,P,1,1", "order_id", None, "is empty"),
        (",A1,P,1,1", "order_item_id", None, "is empty"),
        ("x,A1,P,20000000000,999999999", "line_total", None, "as quantity * unit_price"),
    ],
)
def test_a_line_that_cannot_be_loaded_is_quarantined(shop, row, column, value, reason):
    _, _, _, *found, _ = land_between_good_rows(shop, "order_items", row.encode())
    assert found[:2] == [column, value]
    assert reason in found[2]


def test_several_faults_are_joined_and_the_first_column_is_named(shop):
    *_, column, value, reason, _ = land_between_good_rows(shop, "orders", b" ,,never,s,much")
    assert (column, value) == ("order_id", " ")
    assert reason == ("order_id is empty; order_date is not a date; total_amount is not a number")


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (b"x,C,2024-01-01", "3 values, "),
        (b"x,C,2024-01-01,s,1,2,3", "7 values, "),
        (b"  ", "1 values, "),
    ],
)
def test_a_line_with_too_few_or_too_many_values_is_kept_as_text(shop, line, count):
    _, _, number, column, value, reason, content = land_between_good_rows(shop, "orders", line)
    assert (number, column, value) == (2, None, line.decode())
    assert reason == f"the line has {count}the header, 5".replace(
        "values, the header,", "values, the header"
    )
    assert content == {"line": line.decode()}


def test_a_few_bytes_that_are_no_utf_8_are_quarantined_by_line(shop):
    good = "".join(f"G{number},C,2024-01-01,Completed,1\n" for number in range(50))
    shop.write(
        "orders.csv", f"{HEADERS['orders']}\n{good}".encode() + b"x,Caf\xe9,2024-01-01,s,1\n"
    )
    assert shop.land().tables["orders"].rows_accepted == 50
    [(_, _, number, column, _, reason, _)] = shop.quarantine()
    assert (number, column, reason) == (51, None, "the line is not UTF-8")


def test_bytes_that_are_no_utf_8_in_an_ignored_column_harm_nothing(shop):
    shop.write("customers.csv", b"customer_id,note\nC1,\xff\n")
    assert shop.land().tables["customers"].rows_accepted == 1


def test_of_rows_with_one_key_the_first_in_file_order_lands(shop):
    shop.write(
        "customers.csv",
        "customer_id,state\nC1,first\nC2,x\n C1 ,second\nc1,other\nC1,third\nC1,first\n",
    )
    landed = shop.land().tables["customers"]
    assert (landed.rows_read, landed.rows_accepted, landed.rows_quarantined) == (6, 3, 2)
    assert landed.rows_superseded == 1
    assert shop.values("customers", "state") == ["first", "x", "other"]
    reason = (
        "customer_id is a duplicate key, first seen in row 1, with other values; nothing "
        "says which row is newer"
    )
    assert [row[2:6] for row in shop.quarantine()] == [
        (3, "customer_id", "C1", reason),
        (5, "customer_id", "C1", reason),
    ]


def test_a_row_that_cannot_land_does_not_take_the_key_from_one_that_can(shop):
    shop.write(
        "customers.csv",
        "customer_id,registration_date,state\nC1,never,bad\nC1,2024-01-01,good\n",
    )
    shop.land()
    assert shop.values("customers", "state") == ["good"]
    assert [row[5] for row in shop.quarantine()] == ["registration_date is not a date"]


def test_broken_lines_are_numbered_by_line_and_the_other_rows_around_them(shop):
    shop.write("customers.csv", 'customer_id,state\nC1,a\nC2,x,y\n,z\n"C3",x\nbroken\nC1,b\n')
    landed = shop.land().tables["customers"]
    assert (landed.rows_read, landed.rows_accepted) == (6, 2)
    assert [row[2] for row in shop.quarantine()] == [2, 3, 5, 6]


def test_row_numbers_hold_over_many_blocks_of_a_file(shop):
    rows = [f"C{number},{'x' * 90}" for number in range(60_000)]
    for number in (0, 30_000, 59_999):
        rows[number] += ",too,many"
    rows[31_000] = ",no id"
    shop.write("customers.csv", "customer_id,state\n" + "\n".join(rows))
    landed = shop.land().tables["customers"]
    assert (landed.rows_read, landed.rows_accepted) == (60_000, 59_996)
    assert [row[2] for row in shop.quarantine()] == [1, 30_001, 31_001, 60_000]


def test_sql_in_the_data_stays_data(shop):
    attack = "'); drop table raw.orders; --"
    shop.write(
        "customers.csv", f'customer_id,registration_date\n"{attack}","{attack}"\nC,2024-01-01\n'
    )
    report = shop.land()
    [(*_, value, _, content)] = shop.quarantine()
    assert value == content["customer_id"] == attack
    assert report.tables["orders"].rows_accepted == len(shop.rows("from raw.orders")) == 2


def test_the_summary_names_file_column_rows_share_and_examples(shop):
    shop.write(
        "orders.csv",
        HEADERS["orders"]
        + "\n"
        + "".join(f"o{number},,2024-01-01,s,x{number}\u0410\n" for number in range(5))
        + "o9,,2024-01-01,s\no0,,2024-01-01,s,1\no0,,2024-01-01,s,2\n",
    )
    summary = shop.land().summary_of_faults().splitlines()
    assert summary[0] == (
        "orders.csv, lines: 1 of 8 rows quarantined (12.5 %). row 6: 'o9,,2024-01-01,s' (the line "
        "has 4 values, the header 5)"
    )
    assert summary[1].startswith(
        "orders.csv, column order_id: 1 of 8 rows quarantined (12.5 %). row 8: 'o0' (order_id is a "
        "duplicate key, first seen in row 7"
    )
    assert summary[2] == (
        "orders.csv, column total_amount: 5 of 8 rows quarantined (62.5 %). "
        "row 1: 'x0\\u0410' (total_amount is not a number); "
        "row 2: 'x1\\u0410' (total_amount is not a number); "
        "row 3: 'x2\\u0410' (total_amount is not a number); ..."
    )
