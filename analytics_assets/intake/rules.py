"""The rules of a value: the SQL that types it, and the conditions under which it cannot land.

One column at a time, as text; which rows and tables these are applied to is ``statements``.
"""

from dataclasses import dataclass, replace

import pyarrow as pa

from analytics_assets.intake.schema import FIRST_YEAR, LAST_YEAR, Column

# Of values that are not NULL; nothing but spaces is NULL too.
_NUMBER = r" *([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)? *"
_WHOLE = r" *([+-]?[0-9]+(\.0*)?([eE]\+?[0-9]+)?)? *"
# Six decimals are what a TIMESTAMP holds; zeros after them lose nothing.
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6}0*)?)?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE = f" *({_DAY}([ T]{_CLOCK})?)? *"
_ZONED = f" *{_DAY}[ T]{_CLOCK} *(Z|UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?) *"

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
    return replace(made, rules=(blank, *made.rules))


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
    is_text = pa.types.is_string(written)
    moment = f"try_cast({f'trim({name})' if is_text else name} as timestamp)"
    # Compared as they are: the year of an infinite date is NULL.
    within = (
        f"{moment} >= timestamp '{FIRST_YEAR}-01-01 00:00:00' "
        f"and {moment} < timestamp '{LAST_YEAR + 1}-01-01 00:00:00'"
    )
    beyond = f"is before {FIRST_YEAR} or after {LAST_YEAR}"
    rules: tuple[Rule, ...]
    if is_text:
        malformed = f"not regexp_full_match({name}, '{_DATE}')"
        zoned = f"regexp_full_match({name}, '{_ZONED}')"
        rules = (
            Rule(f"{malformed} and {zoned}", "has a time zone"),
            Rule(malformed, "is not a date"),
            Rule(f"{moment} is null and {_filled(name)}", "is a day or time that does not exist"),
            Rule(f"not ({within})", beyond),
        )
    else:
        rules = (Rule(f"{name} is not null and not coalesce({within}, false)", beyond),)
    return TypedColumn(name, f"try_cast({moment} as {column.sql_type})", rules)


def _integer(column: Column, written: pa.DataType) -> TypedColumn:
    name = column.name
    rules = _number(column, written)
    if pa.types.is_string(written):
        rules.append(Rule(f"not regexp_full_match({name}, '{_WHOLE}')", "is not a whole number"))
    elif not pa.types.is_integer(written):
        rules.append(Rule(f"{name} <> floor({name})", "is not a whole number"))
    return _fitting(column, written, rules)


def _decimal(column: Column, written: pa.DataType) -> TypedColumn:
    name = column.name
    made = _fitting(column, written, _number(column, written))
    if pa.types.is_string(written) or pa.types.is_float64(written):
        rounded = f"cast({made.value} as double) <> try_cast({name} as double)"
    elif pa.types.is_float32(written):
        rounded = f"cast({made.value} as float) <> {name}"
    elif pa.types.is_decimal(written) and written.scale > column.scale:
        rounded = f"{made.value} <> {name}"
    else:
        return made
    return replace(made, rounded=rounded)


def _number(column: Column, written: pa.DataType) -> list[Rule]:
    if pa.types.is_string(written):
        return [Rule(f"not regexp_full_match({column.name}, '{_NUMBER}')", "is not a number")]
    if pa.types.is_floating(written):
        return [Rule(f"not isfinite({column.name})", "is not a number")]
    return []


def _fitting(column: Column, written: pa.DataType, rules: list[Rule]) -> TypedColumn:
    """Return the column as a cast, with one more rule: the type's range."""
    name = column.name
    value = f"try_cast({name} as {column.sql_type})"
    given = _filled(name) if pa.types.is_string(written) else f"{name} is not null"
    too_large = Rule(f"{value} is null and {given}", f"does not fit {column.sql_type}")
    return TypedColumn(name, value, (*rules, too_large))


def _filled(text: str) -> str:
    return f"trim({text}) <> ''"


def _trimmed(text: str) -> str:
    return f"nullif(regexp_replace({text}, '{_BLANKS_AROUND}', '', 'g'), '')"
