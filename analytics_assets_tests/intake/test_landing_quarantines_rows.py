"""Faults of single rows: they go to the quarantine with their reason, and all others land."""

import pytest

HEADERS = {
    "orders": "order_id,customer_id,order_date,order_status,total_amount",
    "order_items": "order_item_id,order_id,product_id,quantity,unit_price",
}
GOOD = {"orders": "G{n},C,2024-01-01,Completed,1", "order_items": "G{n},G1,P,1,1"}


def land_between_good_rows(shop, table, *rows):
    """Land so many rows, each between good ones; return what was quarantined."""
    good = [GOOD[table].format(n=number).encode() for number in range(len(rows) + 1)]
    lines = [line for pair in zip(good, rows, strict=False) for line in pair]
    shop.write(f"{table}.csv", b"\n".join([HEADERS[table].encode(), *lines, good[-1]]))
    landed = shop.land().tables[table]
    counts = (landed.rows_read, landed.rows_accepted, landed.rows_quarantined)
    assert counts == (2 * len(rows) + 1, len(good), len(rows))
    key = HEADERS[table].split(",", maxsplit=1)[0]
    assert shop.values(table, key) == [f"G{number}" for number in range(len(good))]
    return shop.quarantine()


NOT_A_NUMBER = ["1__000", "\uff11\uff12", "-Infinity", "0x10"]
TOO_LARGE = ["1e308", "9999999999999999.995", "9" * 400]
NOT_A_DATE = [
    *("yesterday", "01/02/2024", "2024-1-2", "infinity", "20240102"),
    *("2024-01-01 24:00:00", "2024-01-01 1:00", "2024-01-01 10:00:00.1234567"),
]
ZONED = ["2024-01-01T10:00:00Z", "2024-01-01 10:00+01"]
OUT_OF_RANGE = ["0000-01-01", "1899-12-31", "2101-01-01", "9999-12-31"]


def test_an_order_that_cannot_be_loaded_is_quarantined(shop):
    faults = [
        *(("total_amount", value, "is not a number") for value in NOT_A_NUMBER),
        *(("total_amount", value, "does not fit DECIMAL(18,2)") for value in TOO_LARGE),
        *(("order_date", value, "is not a date") for value in NOT_A_DATE),
        ("order_date", "2023-02-29", "that does not exist"),
        *(("order_date", value, "has a time zone") for value in ZONED),
        *(("order_date", value, "is before 1900 or after 2100") for value in OUT_OF_RANGE),
        *(("order_date", value, "is empty") for value in (None, "  ")),
        *(("order_id", value, "is empty") for value in (None, "\u00a0\t")),
    ]
    names = HEADERS["orders"].split(",")
    rows = []
    for number, (column, value, _) in enumerate(faults):
        order = dict(zip(names, [f"x{number}", "", "2024-01-01", "s", "1"], strict=True))
        rows.append(",".join((order | {column: value or ""}).values()).encode())

    quarantined = land_between_good_rows(shop, "orders", *rows)

    for position, (found, fault) in enumerate(zip(quarantined, faults, strict=True), start=1):
        *place, column, value, reason, content = found
        assert place == ["orders", "orders.csv", 2 * position]
        assert (column, value) == fault[:2]
        assert reason.startswith(f"{column} ")
        assert fault[2] in reason
        assert content[column] == value
        assert list(content) == names


def test_a_line_that_cannot_be_loaded_is_quarantined(shop):
    faults = {
        b"x1,A1,P,two,1": ("quantity", "two", "is not a number"),
        b"x2,A1,P,214748364800,1": ("quantity", "214748364800", "does not fit DECIMAL(14,3)"),
        b"x3,A1,P,-1e400,1": ("quantity", "-1e400", "does not fit DECIMAL(14,3)"),
        b"x4,A1,P,1,1e17": ("unit_price", "1e17", "does not fit DECIMAL(18,2)"),
        b"x5,,P,1,1": ("order_id", None, "is empty"),
        b",A1,P,1,1": ("order_item_id", None, "is empty"),
        b"x7,A1,P,20000000000,999999999": ("line_total", None, "as quantity * unit_price"),
    }
    quarantined = land_between_good_rows(shop, "order_items", *faults)

    for found, fault in zip(quarantined, faults.values(), strict=True):
        assert found[3:5] == fault[:2]
        assert fault[2] in found[5]


def test_several_faults_are_joined_and_the_first_column_is_named(shop):
    [quarantined] = land_between_good_rows(shop, "orders", b" ,,never,s,much")
    *_, column, value, reason, _ = quarantined
    assert (column, value) == ("order_id", " ")
    assert reason == ("order_id is empty; order_date is not a date; total_amount is not a number")


def test_a_line_with_too_few_or_too_many_values_is_kept_as_text(shop):
    lines = {"x,C,2024-01-01": 3, "x,C,2024-01-01,s,1,2,3": 7, "  ": 1}

    quarantined = land_between_good_rows(shop, "orders", *(line.encode() for line in lines))

    assert [row[2:] for row in quarantined] == [
        (2 * position, None, line, f"the line has {count} values, the header 5", {"line": line})
        for position, (line, count) in enumerate(lines.items(), start=1)
    ]


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


BLOCK = 1 << 18  # of so many bytes a file is looked through


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("at_end_of_block", [False, True])
def test_rows_behind_a_line_without_anything_keep_their_numbers(
    shop, line_end: str, at_end_of_block: bool
):
    rows = [HEADERS["orders"], "A,C,2024-01-01,{},1", "", "B,C,2024-01-02,s", "C,C,2024-01-02,s,x"]
    text = "\n".join(rows).replace("\n", line_end)
    before = len(text.split(line_end * 2)[0]) - len("{}") + len(line_end)
    shop.write("orders.csv", text.format("s" * (BLOCK - before if at_end_of_block else 1)).encode())
    shop.land()
    assert [(row[2], row[3]) for row in shop.quarantine()] == [(2, None), (3, "total_amount")]
