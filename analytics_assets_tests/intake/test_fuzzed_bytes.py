"""Thousands of rows of arbitrary bytes in one file: what is no UTF-8, or no row of it, is kept."""

import random

import pytest
from any_file import COLUMNS, land_customers

PIECES = [
    *[b"a", b"Z", b"0", b" ", b";", b"'", b"\\", b"\t", b"\x00", b"\x1b", b"\x7f", b"\x85"],
    *["\u00e9".encode(), "\u0430".encode(), "\U0001f600".encode(), "\ufffd".encode()],
    *[b"\xff", b"\xfe", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf8\x88\x80\x80"],
]
READABLE = [piece for piece in PIECES if piece.decode(errors="ignore").encode() == piece]
LINES = 2_600


def is_text(row: list[bytes]) -> bool:
    try:
        b",".join(row).decode()
    except UnicodeDecodeError:
        return False
    return True


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
    assert 0 < 20 * sum(not is_text(row) for row in rows) < LINES

    read, accepted, refused = land_customers(
        b"\n".join([",".join(COLUMNS).encode(), *(b",".join(row) for row in rows)])
    )

    whole = {number for number, row in enumerate(rows, 1) if len(row) == 3}
    good = {number for number in whole if is_text(rows[number - 1])}
    assert read == LINES
    assert set(refused) == set(range(1, LINES + 1)) - good
    assert accepted == [
        tuple(value.decode() or None for value in rows[number - 1]) for number in sorted(good)
    ]
    for number, reason in refused.items():
        wanted = "is not UTF-8" if number in whole else f"the line has {len(rows[number - 1])} val"
        assert wanted in reason
