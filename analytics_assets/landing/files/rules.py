"""The rules of a value: the SQL that types it, and the conditions under which it cannot land.

One column at a time, as text; which rows and tables these are applied to is ``statements``.
"""

from dataclasses import dataclass

import pyarrow as pa

from analytics_assets.landing.files.schema import FIRST_YEAR, LAST_YEAR, Column

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_WHOLE = r"[+-]?[0-9]+(\.0*)?([eE]\+?[0-9]+)?"
# Six decimals are what a TIMESTAMP holds; zeros after them lose nothing.
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6}0*)?)?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE = f"{_DAY}([ T]{_CLOCK})?"
_ZONED = f"{_DAY}[ T]{_CLOCK} *(Z|UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?)"

# Unicode's blanks, as Python's str.strip knows them; RE2's own \s knows ASCII's alone.
_BLANK = r"[\x{09}-\x{0D}\x{1C}-\x{1F}\x{85}\p{Z}]"
_BLANKS_AROUND = f"^{_BLANK}+|{_BLANK}+$"


@dataclass(frozen=True)
class Rule:
    """A condition, in SQL, under which a value cannot land, and the reason to give."""

    condition: str
    reason: str


@dataclass(frozen=True)
class TypedColumn:
    """How one column of the raw table is made.

    Attributes:
        name: its name.
        value: SQL expression of the column's type; NULL where a rule is broken, never an error.
        rules: in the order in which they are tried.
        rounded: SQL condition under which ``value`` is not exactly what was read, or None.
    """

    name: str
    value: str
    rules: tuple[Rule, ...] = ()
    rounded: str | None = None


def typed(column: Column, written: pa.DataType) -> TypedColumn:
    """Return how ``column`` is made from a source's column of the same name and type ``written``.

    Decimals round half-up, away from zero, to the scale of the column.
    """
    match column.sql_type.partition("(")[0]:
        case "VARCHAR":
            made = _text(column)
        case "DATE" | "TIMESTAMP":
            made = _time(column, written)
        case "INTEGER":
            made = _integer(column, written)
        case _:
            made = _decimal(column, written)
    if not column.filled:
        return made
    text = text_of(column.name, written)
    blank = Rule(f"{text} is null or regexp_full_match({text}, '{_BLANK}*')", "is empty")
    return TypedColumn(made.name, made.value, (blank, *made.rules), made.rounded)


def absent(column: Column) -> TypedColumn:
    """Return how a column is made that the file does not have: NULL in every row."""
    return TypedColumn(column.name, f"cast(null as {column.sql_type})")


def text_of(name: str, written: pa.DataType) -> str:
    """Return the SQL of a source's value as text."""
    return name if pa.types.is_string(written) else f"cast({name} as varchar)"


def _text(column: Column) -> TypedColumn:
    text = f"cast({column.name} as varchar)"
    return TypedColumn(column.name, _trimmed(text) if column.is_id else text)


def _time(column: Column, written: pa.DataType) -> TypedColumn:
    name = column.name
    rules = []
    source = name
    if pa.types.is_string(written):
        source = _trimmed(name)
        rules = [
            Rule(f"regexp_full_match({source}, '{_ZONED}')", "has a time zone"),
            Rule(f"not regexp_full_match({source}, '{_DATE}')", "is not a date"),
            Rule(
                f"{source} is not null and try_cast({source} as timestamp) is null",
                "is a day or time that does not exist",
            ),
        ]
    moment = f"try_cast({source} as timestamp)"
    # Compared as they are: the year of an infinite date is NULL.
    within = (
        f"{moment} >= timestamp '{FIRST_YEAR}-01-01 00:00:00' "
        f"and {moment} < timestamp '{LAST_YEAR + 1}-01-01 00:00:00'"
    )
    rules.append(
        Rule(
            f"{source} is not null and not coalesce({within}, false)",
            f"is before {FIRST_YEAR} or after {LAST_YEAR}",
        )
    )
    return TypedColumn(name, f"try_cast({moment} as {column.sql_type})", tuple(rules))


def _integer(column: Column, written: pa.DataType) -> TypedColumn:
    source, rules = _number(column, written)
    if pa.types.is_string(written):
        rules.append(Rule(f"not regexp_full_match({source}, '{_WHOLE}')", "is not a whole number"))
    elif not pa.types.is_integer(written):
        rules.append(Rule(f"{source} <> floor({source})", "is not a whole number"))
    value = f"try_cast({source} as {column.sql_type})"
    return TypedColumn(column.name, value, (*rules, _out_of_range(source, value, column)))


def _decimal(column: Column, written: pa.DataType) -> TypedColumn:
    source, rules = _number(column, written)
    value = f"try_cast({source} as {column.sql_type})"
    rounded = None
    if pa.types.is_string(written) or pa.types.is_float64(written):
        rounded = f"cast({value} as double) <> try_cast({source} as double)"
    elif pa.types.is_float32(written):
        rounded = f"cast({value} as float) <> {source}"
    elif pa.types.is_decimal(written) and written.scale > column.scale:
        rounded = f"{value} <> {source}"
    rules.append(_out_of_range(source, value, column))
    return TypedColumn(column.name, value, tuple(rules), rounded)


def _number(column: Column, written: pa.DataType) -> tuple[str, list[Rule]]:
    """Return the SQL of what to cast, and the rule that it is a number."""
    name = column.name
    if pa.types.is_string(written):
        source = _trimmed(name)
        return source, [Rule(f"not regexp_full_match({source}, '{_NUMBER}')", "is not a number")]
    if pa.types.is_floating(written):
        return name, [Rule(f"not isfinite({name})", "is not a number")]
    return name, []


def _out_of_range(source: str, value: str, column: Column) -> Rule:
    return Rule(f"{source} is not null and {value} is null", f"does not fit {column.sql_type}")


def _trimmed(text: str) -> str:
    return f"nullif(regexp_replace({text}, '{_BLANKS_AROUND}', '', 'g'), '')"
