"""Values that break things: a fixed list, and more like them from a seeded generator."""

import random
from collections.abc import Iterator

SQL = [
    "'; drop table raw.orders; --",
    "'); delete from main.canary; --",
    "x' union select * from main.canary --",
    "1); copy main.canary to 'stolen.csv'; --",
    "'; attach 'stolen.duckdb' as stolen; --",
    "$$; drop schema raw cascade; $$",
    "{{ env_var('HOME') }}",
    "${HOME} $(touch stolen) `touch stolen`",
    "=cmd|' /C calc'!A0",
    "%s %d {} {0} \\1",
    '{"a": [1, 2]}',
    "; select error('executed');",
]
PATHS = [
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\..\\boot.ini",
    "file:///etc/passwd",
    "~",
    "..",
    ".",
]
TEXTS = [
    "",
    " ",
    "  x  ",
    "\t",
    "\u00a0",
    "\u3000\u2028",
    "\x00",
    "a\x00b",
    "\x1a",
    "\x1b[31mred",
    "\x7f",
    "line\nline",
    "line\r\nline",
    "line\rline",
    'say "so"',
    '"',
    "'",
    "a,b;c|d\te",
    "\\",
    "\\N",
    "NULL",
    "null",
    "None",
    "\u0410\u0420\u0415",
    "APE",
    "\ufeffid",
    "\ufdd0x41",
    "\ufffd",
    "\U0001f600",
    "e\u0301",
    "\u00e9",
    "\u202eevil",
    "\u200b",
    "K\u212a",
    "\u0130",
    "x" * 10_000,
    "[object Object]",
    "#REF!",
]
NUMBERS = [
    *["0", "-0", "+0", "00", "-1", "+1", "1.", ".5", "-.5", ".", "-", "+", "--1", "1-", "1e", "e5"],
    *["1e308", "-1e308", "1e309", "1e-308", "5e-324", "1e99999", "1e-99999", "1E5", "1e+5"],
    *[
        "NaN",
        "nan",
        "-nan",
        "Infinity",
        "-Infinity",
        "inf",
        "+inf",
        "1.#INF",
        "true",
        "0x1F",
        "0b1",
    ],
    *["1,000", "1.000,00", "1 000", "1_000", "1'000", "\u00a31", "1\u20ac", "$1", "1%", "(1)"],
    *["\u0661\u0662", "\uff11", "\u00b2", "\u22121", "1\u00a0000", "1/2", "1.2.3", "١"],
    *["2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775808"],
    *["99999999.99", "99999999.994", "99999999.995", "9999999999.99", "-9999999999.995"],
    *["999.99", "999.995", "999999.99", "999999.995", "0.005", "-0.005", "0.0049999999999999999"],
    *["9" * 39, "9" * 400, "0." + "0" * 400 + "1", "0" * 400 + "1", " 12 ", "12\t", "\n12"],
]
DATES = [
    *["0000-01-01", "0000-00-00", "0001-01-01", "1899-12-31", "1900-01-01", "1969-12-31"],
    *["1970-01-01", "2038-01-19 03:14:08", "2100-12-31", "2100-12-31 23:59:59.999999"],
    *["2101-01-01", "9999-12-31", "9999-12-31 23:59:59", "10000-01-01", "-0001-01-01"],
    *["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "2100-02-29", "2024-02-30"],
    *["2024-04-31", "2024-13-01", "2024-00-10", "2024-01-00", "2024-01-32", "2024-1-1", "24-01-01"],
    *["2024-03-10 02:30:00", "2024-11-03 01:30:00", "2024-03-31 02:30", "2011-12-30 12:00"],
    *["2024-01-01T10:00", "2024-01-01t10:00", "2024-01-01 10", "2024-01-01 24:00:00"],
    *["2024-01-01 23:59:60", "2016-12-31 23:59:60", "2024-01-01 10:60", "2024-01-01 25:00"],
    *["2024-01-01 10:00:00.1", "2024-01-01 10:00:00.123456", "2024-01-01 10:00:00.1234567"],
    *["2024-01-01 10:00:00.123456000", "2024-01-01 10:00:00.", "2024-01-01  10:00"],
    *["2024-01-01Z", "2024-01-01T10:00:00Z", "2024-01-01 10:00+00", "2024-01-01 10:00 UTC"],
    *["2024-01-01 10:00:00 America/Los_Angeles", "2024-01-01 10:00 AM", "infinity", "-infinity"],
    *["epoch", "now", "today", "yesterday", "01/02/2024", "02.01.2024", "20240101", "1704067200"],
    *["2024/01/01", "2024-W01-1", "2024-001", "Jan 1 2024", "2024-01-01 BC", " 2024-01-01 "],
]
FIXED = [*SQL, *PATHS, *TEXTS, *NUMBERS, *DATES]


def values(count: int) -> list[str]:
    """Return the fixed list, made up to ``count`` values by the generator."""
    more = _generated(random.Random(20240229))
    return [*FIXED, *(next(more) for _ in range(count - len(FIXED)))]


def _generated(chance: random.Random) -> Iterator[str]:
    letters = "0123456789.eE+-,:TZ '\";\\\n\r\t\x00 \u00a0\u0430\U0001f600abc"
    while True:
        kind = chance.randrange(6)
        if kind == 0:
            yield f"{chance.choice('+- ')}{chance.randrange(10**9)}.{chance.randrange(10**4)}"
        elif kind == 1:
            yield f"{chance.randint(-3_000_000_000, 3_000_000_000)}"
        elif kind == 2:
            year, month, day = (
                chance.randint(1890, 2110),
                chance.randint(0, 13),
                chance.randint(0, 32),
            )
            yield f"{year:04d}-{month:02d}-{day:02d}"
        elif kind == 3:
            hour, minute, second = (chance.randint(0, most) for most in (25, 61, 61))
            yield f"2024-02-{chance.randint(27, 30)} {hour:02d}:{minute:02d}:{second:02d}"
        elif kind == 4:
            yield "".join(chance.choices(letters, k=chance.randrange(12)))
        else:
            spoilt = list(chance.choice(FIXED)[:40])
            spoilt.insert(chance.randrange(len(spoilt) + 1), chance.choice(letters))
            yield "".join(spoilt)
