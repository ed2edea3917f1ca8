"""What a value of a file should become, said with Python's own decimal and datetime."""

import datetime
import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

REFUSED = object()
# Both landing and the quarantine are right, such as for 1e-99999.
UNDECIDED = object()

_EXACT = Context(prec=1000, Emax=10**9, Emin=-(10**9))


def text(value: str) -> object:
    return value or None


def identifier(value: str) -> object:
    return value.strip() or None


def key(value: str) -> object:
    return value.strip() or REFUSED


def _is_nothing(value: str) -> bool:
    words = ("null", "(null)", "\\n", "nil", "none", "nan", "nat", "na", "n/a", "n.a.", "#n/a", "-")
    marks = ("--", "\u2013", "\u2014", "0000-00-00", "0000-00-00 00:00:00")
    return value.strip(" ").lower() in (*words, *marks)


def number(precision: int, scale: int):
    def landed(value: str) -> object:
        read = _decimal(_undressed(_of_cast(value)))
        if not isinstance(read, Decimal):
            return read
        if read.adjusted() > precision:
            return REFUSED if read else Decimal(0)
        if read and read.adjusted() < -500:
            return UNDECIDED
        rounded = read.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _EXACT)
        return rounded if abs(rounded) < Decimal(10) ** (precision - scale) else REFUSED

    return landed


def whole(value: str) -> object:
    """Return what a whole number becomes; 10e-1 and 1.5e1 may be read as one or not."""
    read = _decimal(value)
    if not isinstance(read, Decimal):
        return read
    if "e-" in value.lower() or (value.strip(" ").lstrip("+-").startswith(".")):
        return UNDECIDED
    if "." in value and "e" in value.lower():
        return UNDECIDED
    if read.adjusted() > 20:
        return REFUSED if read else 0
    if read != read.to_integral_value():
        return REFUSED
    return int(read) if -(2**31) <= read < 2**31 else REFUSED


def moment(value: str) -> object:
    if value == "\u00a0":
        return UNDECIDED  # nothing, or nothing that can be read
    value = value.strip(" ")
    if not value or _is_nothing(value):
        return None
    plain, point, fraction = value.partition(".")
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        for written in (form, form.replace(" ", "T")):
            try:
                found = datetime.datetime.strptime(plain, written)
            except ValueError:
                continue
            if found.strftime(written) != plain or not 1900 <= found.year <= 2100:
                continue
            if not point:
                return found
            digits = fraction.rstrip("0")
            if fraction.isascii() and fraction.isdigit() and len(digits) <= 6 and "%S" in form:
                return found + datetime.timedelta(microseconds=int(fraction.ljust(6, "0")[:6]))
    return REFUSED


def filled_moment(value: str) -> object:
    found = moment(value) or REFUSED
    after = isinstance(found, datetime.datetime) and found.year > datetime.date.today().year + 1
    return REFUSED if after else found


def day(value: str) -> object:
    found = moment(value)
    return found.date() if isinstance(found, datetime.datetime) else found


def _of_cast(value: str) -> str:
    """Return 1_000 and a number with line ends around it as DuckDB's cast reads them."""
    bare = value.strip(" \t\n\v\f\r")
    if re.fullmatch("[0-9]+(_[0-9]+)+", bare):
        return bare.replace("_", "")
    is_number = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", bare)
    return bare if is_number else value


def _undressed(value: str) -> str:
    """Return 1,234.50 without its separators, and -5 of 5- and of (5)."""
    bare = value.strip(" \u00a0")
    sign = ""
    if bare.startswith("(") and bare.endswith(")"):
        sign, bare = "-", bare[1:-1]
    elif bare.endswith("-"):
        sign, bare = "-", bare[:-1].rstrip(" \u00a0")
    elif bare[:1] in {"-", "+", "\u2212"}:
        sign, bare = "" if bare[0] == "+" else "-", bare[1:].lstrip(" \u00a0")
    whole, point, cents = bare.partition(".")
    groups = re.split("[,' \u2019\u00a0\u202f]", whole)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(g) != 3 for g in groups[1:])):
        return value
    digits = "".join(groups) + cents
    if not digits.isascii() or not digits.isdigit():
        return value
    return sign + "".join(groups) + point + cents


def _decimal(value: str) -> object:
    bare = value.strip(" ")
    if not bare or _is_nothing(value):
        return None
    if not set(bare) <= set("0123456789+-.eE"):
        return REFUSED
    try:
        return _EXACT.create_decimal(bare)
    except InvalidOperation:
        return REFUSED
