"""Rows of arbitrary bytes, many to a file: what is no UTF-8, or no row of the header, is kept.

Where more than one row in twenty is no UTF-8, the file is refused with their number.
"""

import random
import re
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_assets.intake import LandingError, land

VALID = {
    "orders.csv": "order_id,customer_id,order_date,order_status,total_amount\n",
    "order_items.csv": "order_id,product_id,quantity,unit_price\n",
}
PIECES = [
    *[b"a", b"Z", b"0", b" ", b";", b"'", b"\\", b"\t", b"\x00", b"\x1b", b"\x7f", b"\x85"],
    *["\u00e9".encode(), "\u0430".encode(), "\U0001f600".encode(), "\ufffd".encode()],
    *[b"\xff", b"\xfe", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf8\x88\x80\x80"],
]
READABLE = [piece for piece in PIECES if piece.decode(errors="ignore").encode() == piece]
LINES = 2_600
ROWS_A_FILE, FILES = 40, 10
# Of these files about half have too many rows that are no UTF-8.
VALUE = st.one_of(
    *[st.lists(st.sampled_from(READABLE), max_size=6).map(b"".join)] * 60,
    st.lists(st.sampled_from(PIECES), max_size=3).map(b"".join),
)


def land_customers(rows: list[list[bytes]]) -> tuple[list[tuple], dict[int, str]]:
    """Land customers.csv of these rows; return what landed and the reason for each other row."""
    with tempfile.TemporaryDirectory() as name, duckdb.connect(config={"threads": 1}) as connection:
        folder = Path(name)
        for file, text in VALID.items():
            (folder / file).write_text(text)
        lines = [b"customer_id,first_name,address", *(b",".join(row) for row in rows)]
        (folder / "customers.csv").write_bytes(b"\n".join(lines))
        told = land(connection, folder).tables["customers"]
        accepted = connection.execute(
            "select customer_id, first_name, address from raw.customers"
        ).fetchall()
        refused = connection.execute(
            "select row_number, reason from raw.quarantined_rows order by row_number"
        ).fetchall()
    assert told.rows_read == len(rows) == len(accepted) + len(refused)
    return accepted, dict(refused)


def is_text(row: list[bytes]) -> bool:
    try:
        b",".join(row).decode()
    except UnicodeDecodeError:
        return False
    return True


def check(rows: list[list[bytes]]) -> None:
    try:
        accepted, refused = land_customers(rows)
    except LandingError as error:
        # Of rows with too few or too many values not all bytes are read.
        broken = [row for row in rows if not is_text(row)]
        said = re.search(rf"customers.csv: ([0-9]+) of {len(rows)} rows are not UTF-8", str(error))
        assert said is not None, error  # noqa: PT017
        assert sum(len(row) == 3 for row in broken) <= int(said[1]) <= len(broken)
        assert int(said[1]) * 20 > len(rows)
        return
    whole = {number for number, row in enumerate(rows, 1) if len(row) == 3}
    good = {number for number in whole if is_text(rows[number - 1])}
    assert set(refused) == set(range(1, len(rows) + 1)) - good
    assert accepted == [
        tuple(value.decode() or None for value in rows[number - 1]) for number in sorted(good)
    ]
    for number, reason in refused.items():
        wanted = "is not UTF-8" if number in whole else f"the line has {len(rows[number - 1])} val"
        assert wanted in reason


@pytest.mark.slow
def test_thousands_of_lines_of_any_bytes_land_or_are_kept():
    chance = random.Random(7)

    def value() -> bytes:
        # A row in thirty has a byte that is no UTF-8: a file with more of them is refused.
        pieces = PIECES if chance.random() < 0.02 else READABLE
        return b"".join(chance.choices(pieces, k=chance.randrange(4)))

    rows = [
        [b"row %d" % number, *(value() for _ in range(chance.choice([2, 2, 2, 1, 3])))]
        for number in range(LINES)
    ]
    broken = sum(not is_text(row) for row in rows)
    assert 0 < broken * 20 < LINES
    check(rows)


@pytest.mark.slow
@settings(max_examples=FILES, derandomize=True)
@given(
    rest=st.lists(
        st.lists(VALUE, min_size=1, max_size=4), min_size=ROWS_A_FILE, max_size=ROWS_A_FILE
    )
)
def test_any_lines_land_or_are_kept(rest: list[list[bytes]]):
    check([[b"row %d" % number, *values] for number, values in enumerate(rest)])
