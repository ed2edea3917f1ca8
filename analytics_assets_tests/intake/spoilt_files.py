"""Files of a shop, each spoilt a little: cut off, a byte changed, something put in, repeated."""

import csv
import datetime
import gzip
import io
import random
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

HEADER = ["order_id", "customer_id", "order_date", "order_status", "total_amount"]
ROWS = 30
PUT_IN = [
    *[b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\x1a", b"\x85", b"\\", b"'"],
    *[b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xef\xb7\x90"],
    *[b"1e308", b"NaN", b"'; drop table raw.orders; --", b"\x1b[31m", "\u202e\u2028".encode()],
]


def spoilt_texts(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of spoilt orders.csv."""
    chance = random.Random(seed)
    for _ in range(count):
        yield "orders.csv", _spoilt_text(chance)


def spoilt_archives(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of orders.csv.gz, spoilt before or after it was packed."""
    chance = random.Random(seed)
    for number in range(count):
        if number % 3:
            yield "orders.csv.gz", _spoilt_bytes(chance, gzip.compress(_text(), mtime=0))
        else:
            yield "orders.csv.gz", gzip.compress(_spoilt_text(chance), mtime=0)


def spoilt_parquet(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of orders.parquet in several encodings, spoilt."""
    chance = random.Random(seed)
    written = [
        _parquet(compression="none"),
        _parquet(compression="snappy"),
        _parquet(compression="zstd", data_page_version="2.0"),
        _parquet(compression="none", use_dictionary=False, row_group_size=7),
        _parquet(compression="none", store_schema=False),
    ]
    for _ in range(count):
        yield "orders.parquet", _spoilt_bytes(chance, chance.choice(written))


def _row(number: int) -> list[str]:
    comment = 'com"ple,\nted' if number % 7 == 0 else "Completed"
    return [f"O{number}", f"C{number % 9}", f"2024-01-{number % 28 + 1:02d}", comment, "20.50"]


def _text() -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([HEADER, *map(_row, range(ROWS))])
    return written.getvalue().encode()


def _parquet(**options: object) -> bytes:
    first = datetime.datetime(2024, 1, 1)
    table = pa.table(
        {
            "order_id": [f"O{number}" for number in range(ROWS)],
            "customer_id": [f"C{number % 9}" for number in range(ROWS)],
            "order_date": [first + datetime.timedelta(hours=number) for number in range(ROWS)],
            "order_status": ["Completed"] * ROWS,
            "total_amount": [Decimal(number).scaleb(-2) for number in range(ROWS)],
        }
    )
    written = io.BytesIO()
    pq.write_table(table, written, **options)
    return written.getvalue()


def _spoilt_text(chance: random.Random) -> bytes:
    content = bytearray(_text())
    for _ in range(chance.choice([1, 1, 2, 4])):
        # The header is a twelfth of the file: spoilt more often than not, nothing would land.
        place = chance.randrange(0 if chance.random() < 0.1 else 60, len(content))
        kind = chance.randrange(4)
        if kind == 0:
            content[place] = chance.randrange(256)
        elif kind == 1:
            del content[place : place + chance.randrange(1, 9)]
        elif kind == 2:
            begin = chance.randrange(len(content))
            content[place:place] = content[begin : begin + chance.randrange(1, 80)]
        else:
            content[place:place] = chance.choice(PUT_IN)
    return bytes(content)


def _spoilt_bytes(chance: random.Random, content: bytes) -> bytes:
    if chance.random() < 0.25:
        return content[: chance.randrange(len(content))]
    spoilt = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)
