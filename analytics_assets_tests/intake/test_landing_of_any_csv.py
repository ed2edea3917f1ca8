"""Whatever stands in a CSV file: Python's csv module says what its rows are, and none is lost."""

import csv
import io

import pytest
from any_file import COLUMNS, land_customers
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics_assets.intake import LandingError

NASTY = st.one_of(
    st.text(st.sampled_from("ab,;'\"\n\r\t \x00\u00a0\u0430\ufdd0\ufeff\U0001f600\\"), max_size=6),
    st.text(st.characters(codec="utf-8"), max_size=6),
    st.sampled_from(["NULL", "NaN", "1e308", "-Infinity", "'; drop table raw.orders; --", '""']),
)
SOUP = st.lists(
    st.sampled_from(
        [
            b"a",
            b"b",
            b",",
            b",",
            b"\n",
            b"\r\n",
            b"\r",
            b'"',
            b'"',
            b'""',
            b'","',
            b" ",
            b"\xc3\xa9",
            b"\xff",
            b"\x00",
        ]
    ),
    max_size=40,
).map(b"".join)

pytestmark = pytest.mark.slow


def expected(rows):
    """Return the rows that land, and the numbers of those that do not, by the rules in words."""
    accepted, refused, keys = [], [], {}
    for number, row in enumerate(rows, 1):
        key = row[0].strip() if len(row) == len(COLUMNS) else ""
        is_text = not any("\udc80" <= letter <= "\udcff" for value in row for letter in value)
        made = (key, *(value or None for value in row[1:]))
        if not key or not is_text:
            refused.append(number)
        elif key not in keys:
            keys[key] = made
            accepted.append(made)
        elif keys[key] != made:
            refused.append(number)
    return accepted, refused


@settings(max_examples=15, derandomize=True)
@given(
    rows=st.lists(st.tuples(NASTY, NASTY, NASTY), max_size=8),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
@example(rows=[("a", "\ufdd0", ""), ("b", '"', "\r")], quoting=csv.QUOTE_ALL, line_end="\n")
def test_text_written_by_a_csv_writer_lands_exactly(rows, quoting, line_end):
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=quoting, lineterminator=line_end)
    writer.writerows([COLUMNS, *rows])
    read, accepted, quarantined = land_customers(written.getvalue().encode())
    wanted, refused = expected(rows)
    assert read == len(rows)
    assert accepted == wanted
    assert list(quarantined) == refused


@settings(max_examples=20, derandomize=True)
@given(soup=SOUP)
@example(soup=b'a,12" x,b\nb,a""b,"c"\n')
@example(soup=b"\xff,a,b\n\xff,a\na,b,c\n")
def test_any_bytes_land_as_python_reads_them_or_are_refused(soup):
    content = (",".join(COLUMNS) + "\n").encode() + soup
    text = content.decode("utf-8", "surrogateescape")
    try:
        _, *rows = [row for row in _strict(text) if row]
    except csv.Error:
        with pytest.raises(LandingError, match=r"customers.csv: line \d+: "):
            land_customers(content)
        return
    broken = sum(any("\udc80" <= letter <= "\udcff" for letter in "".join(row)) for row in rows)
    if broken * 20 > len(rows):
        with pytest.raises(LandingError, match=f"{broken} of {len(rows)} rows are not UTF-8"):
            land_customers(content)
        return
    read, accepted, quarantined = land_customers(content)
    wanted, refused = expected(rows)
    assert read == len(rows)
    assert accepted == wanted
    assert list(quarantined) == refused


def _strict(text):
    return csv.reader(io.StringIO(text, newline=""), strict=True)
