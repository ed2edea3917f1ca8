"""What text becomes: the SQL that types a column's values, and when a value cannot land.

How a column writes its numbers is found by looking at its values; what only one reading fits is
read so, what two readings fit is asked for, never guessed. Times are in a module of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import duckdb

from analytics_assets.intake.faults import FileFault
from analytics_assets.intake.formats import SQL_TYPES, Kind
from analytics_assets.intake.stage import Staged
from analytics_assets.intake.times import TIMES_ASKED, typed_time
from analytics_assets.intake.typed import (
    Column,
    Look,
    Questions,
    Reading,
    Typed,
    ValueRule,
    is_bare,
    is_filled,
    is_nothing,
)
from analytics_assets.lib.warehouse.literals import literal

# Of values that are not NULL; nothing but spaces is NULL too.
_NUMBER = r" *([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)? *"
_WHOLE = r" *([+-]?[0-9]+(\.0*)?([eE]\+?[0-9]+)?)? *"
# Unicode's blanks, as Python's str.strip knows them; RE2's own \s knows ASCII's alone.
_BLANK = r"[\x{09}-\x{0D}\x{1C}-\x{1F}\x{85}\p{Z}]"
_BLANKS_AROUND = f"^{_BLANK}+|{_BLANK}+$"

# Before or after the digits: a minus or a bracket, and a currency's sign or code, or per cent.
_SIGNS = r"[ \x{A0}()+\x{2212}-]{0,3}"
_UNIT = r"([A-Z]{0,2}\p{Sc}|[A-Z]{3}|kr\.?|z\x{142}|Rs\.?|Ft|K\x{10D}|lei|R|%)"
_GROUP = r"[ \x{27}\x{2019}\x{A0}\x{202F}]"


def _digits(decimal: str) -> str:
    thousands = {".": ",", ",": r"\."}[decimal]
    return f"([0-9]{{1,3}}(({thousands}|{_GROUP})[0-9]{{3}})+|[0-9]*)([{decimal}][0-9]*)?"


def _with_unit(decimal: str) -> str:
    around = f"{_SIGNS}{_UNIT}?{_SIGNS}"
    return around + _digits(decimal) + around


def _without_unit(decimal: str) -> str:
    number = _digits(decimal)
    blank = r"[ \x{A0}]*"
    return rf"{blank}([+\x{{2212}}-]?{blank}{number}|{number}{blank}-|\({number}\)){blank}"


_SIGNS_OF = {  # what only one of the two can be
    ",": r"[0-9],([0-9]{1,2}|[0-9]{4,})(\D|$)|\.[0-9]{3},[0-9]|[0-9]\.[0-9]{3}\.[0-9]{3}",
    ".": r"[0-9]\.([0-9]{1,2}|[0-9]{4,})(\D|$)|,[0-9]{3}\.[0-9]|[0-9],[0-9]{3},[0-9]{3}",
}
_THREE_DIGITS = r"[^0-9]{0,8}[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9]{0,8}"
_WITH_MEASURE = r" *[0-9][0-9.,]* *\p{L}+[0-9.]* *"
_MEASURE = "is a number with a unit: write the number alone, all in one unit"
_LOST_DIGITS = r"[0-9]\.[0-9]+[eE]\+[0-9]+"

_IDS = {
    "any": "true",
    "float": r"regexp_full_match(trim({v}), '[0-9]+\.0+')",
    "marked": "regexp_matches({v}, '^''[0-9+]')",
    "global": r"regexp_full_match(trim({v}), 'gid://[^/]+/[^/]+/[^/?]+(\?.*)?')",
}
_NUMBERS_ASKED = {
    "any": "true",
    "comma": f"regexp_matches({{v}}, '{_SIGNS_OF[',']}')",
    "point": f"regexp_matches({{v}}, '{_SIGNS_OF['.']}')",
    "three": f"regexp_full_match({{v}}, '{_THREE_DIGITS}')",
    "separated": "contains({v}, '.') or contains({v}, ',')",
    "dressed": f"not regexp_full_match({{v}}, '{_NUMBER}') "
    f"and regexp_full_match({{v}}, '{_with_unit('.')}') "
    "and regexp_matches({v}, '[0-9]')",
    "percent": "contains({v}, '%')",
    "unit": f"regexp_matches({{v}}, '[0-9]') and regexp_matches({{v}}, '{_UNIT}')",
}
_NEGATIVE = "regexp_matches({v}, '[-\\x{2212}(]')"
_UNDER_1 = "regexp_matches({v}, '^[^0-9]*0?[.,][0-9]*[1-9]') and not contains({v}, '%')"
# What is asked of the values of each kind of column, in one query for all columns.
_QUESTIONS: Questions = {
    "id": {**_IDS, "lost": f"regexp_full_match({{v}}, '{_LOST_DIGITS}')"},
    "text": _IDS,
    "email": _IDS,
    "amount": _NUMBERS_ASKED,
    "quantity": _NUMBERS_ASKED,
    "discount": {**_NUMBERS_ASKED, "negative": _NEGATIVE},
    "percent": {**_NUMBERS_ASKED, "negative": _NEGATIVE, "share": _UNDER_1},
    "rate": _NUMBERS_ASKED,
    "time": TIMES_ASKED,
    "day": TIMES_ASKED,
}
_NUMBERS: frozenset[Kind] = frozenset({"amount", "discount", "quantity", "percent", "rate"})
MONEY: frozenset[Kind] = frozenset({"amount", "discount"})


def typed_columns(
    connection: duckdb.DuckDBPyConnection, one: Staged, reading: Reading
) -> dict[str, Typed]:
    """Return how each column of a source is made of its text.

    Raises:
        FileFault: values can be read in two ways, or ids have lost their digits; all of them.
    """
    declared = one.source.columns
    look = Look(
        connection, one.name, {name: declared[name].kind for name in one.present}, _QUESTIONS
    )
    columns = {
        name: Column(look, name, declared[name].kind, header, reading, reading.shop.decimal or ".")
        for name, header in one.present.items()
    }
    faults: list[str] = []
    if reading.is_text and reading.shop.decimal is None:
        decimal = _decimal(columns.values(), faults)
        columns = {name: replace(column, decimal=decimal) for name, column in columns.items()}
    made = {}
    for name, described in declared.items():
        if name not in columns:
            made[name] = Typed(f"cast(null as {SQL_TYPES[described.kind]})")
            continue
        column = columns[name]
        if column.kind == "amount" and "currency" in set(declared) - set(columns):
            faults.extend(_several_currencies(column))
        try:
            found = _typed(column)
        except FileFault as fault:
            faults.extend(fault.faults)
            continue
        made[name] = _filled(column, found) if described.filled else found
    if faults:
        raise FileFault(*(f"{one.file_names}: {fault}" for fault in faults))
    return made


def _filled(column: Column, found: Typed) -> Typed:
    """Return how a column is made in which nothing may be empty."""
    text = column.text
    # RE2 is asked only where the first letter may be a blank.
    blank = f"({text} < '!' or {text} > '~') and regexp_full_match({text}, '{_BLANK}*')"
    empty = f"{text} is null or ({blank})"
    if column.kind not in ("id", "text"):
        may_be_word = f"{text} < '0' or {text} > '9'"
        empty += f" or case when {may_be_word} then {is_nothing(text)} else false end"
    broken = found.broken and f"({empty} or {found.broken})"
    return replace(found, rules=(ValueRule(empty, "is empty"), *found.rules), broken=broken)


def _decimal(columns: Iterable[Column], faults: list[str]) -> str:
    """Return the sign before the cents; columns that may be read in two ways are faults."""
    numbers = [column for column in columns if column.kind in _NUMBERS]
    commas = sum(column.count("comma") for column in numbers)
    points = sum(column.count("point") for column in numbers)
    for column in numbers:
        separated = column.count("separated")
        may_be_thousands = separated and column.count("three") == separated
        if may_be_thousands and column.kind in (*MONEY, "rate") and not commas and not points:
            example = column.example(f"regexp_full_match(v, '{_THREE_DIGITS}')")
            faults.append(
                f"column {column.header}: every value has three digits behind its only separator, "
                f"such as {example!a}: it may be a thousand times more or less. Next: write into "
                'shop.yml `decimal: "."` or `decimal: ","`, whichever stands before the cents'
            )
    return "," if commas > points else "."


def _typed(column: Column) -> Typed:  # noqa: PLR0911 - one return per kind
    match column.kind:
        case "id":
            return _id(column)
        case "text" | "email":
            return _text(column)
        case "json":
            bad = f"{column.text} is not null and not json_valid({column.text})"
            return Typed(column.text, (ValueRule(bad, "is not JSON"),))
        case "flag":
            return _flag(column.text)
        case "time" | "day":
            return typed_time(column)
        case "whole":
            return _whole(column.text)
        case _:
            return _number(column)


def _id(column: Column) -> Typed:
    if column.count("lost") > 0.01 * column.count("any"):
        example = column.example(f"regexp_full_match(v, '{_LOST_DIGITS}')")
        raise FileFault(
            f"column {column.header}: holds ids such as {example!a}: a spreadsheet has rounded "
            "them, and different ids have become one. Next: export the file again and do not save "
            "it from a spreadsheet, or set the column to text there first"
        )
    value = text = column.text
    notice = None
    if column.are_all("float"):
        value = f"regexp_replace(trim({text}), '\\.0+$', '')"
        notice = f"column {column.header}: the .0 behind each id is taken off"
    elif column.are_all("marked"):
        value = f"ltrim({text}, '''')"
        notice = f"column {column.header}: the apostrophe before each id is taken off"
    elif column.are_all("global"):
        # GraphQL's gid://shopify/Order/1001 is 1001 elsewhere.
        value = f"regexp_extract(trim({text}), '([^/?]+)(\\?.*)?$', 1)"
    trimmed = value
    if value != text or not column.look.ids_are_bare:
        # RE2 is asked only where a blank may stand: trimming is the dearest of all rules.
        trimmed = (
            f"case when {is_bare(value)} then {value} "
            f"else nullif(regexp_replace({value}, '{_BLANKS_AROUND}', '', 'g'), '') end"
        )
    gone = f"contains({text}, 'E+') and regexp_full_match({text}, '{_LOST_DIGITS}')"
    return Typed(trimmed, (ValueRule(gone, "has lost its digits in a spreadsheet"),), notice=notice)


def _text(column: Column) -> Typed:
    value = column.text
    if column.count("any") > 1 and column.are_all("marked"):
        value = f"ltrim({value}, '''')"
    if column.kind == "email":
        given = f"contains({value}, '@') or not {is_nothing(value)}"
        value = f"case when {given} then nullif(trim({value}), '') end"
    return Typed(value)


def _flag(text: str) -> Typed:
    bare = f"lower(trim({text}))"
    yes = "('true', 't', 'yes', 'y', '1', '1.0', 'on', 'ja', 'wahr', 'oui', 'si', 's\u00ed')"
    no = "('false', 'f', 'no', 'n', '0', '0.0', 'off', 'nein', 'falsch', 'non')"
    wrong = f"{bare} not in {yes} and {bare} not in {no} and {is_filled(text)}"
    return Typed(
        f"case when {bare} in {yes} then true when {bare} in {no} then false end",
        (ValueRule(wrong, "is not yes or no"),),
    )


def _whole(text: str) -> Typed:
    value = f"try_cast({text} as integer)"
    word = f"not {is_nothing(text)}"
    return Typed(
        value,
        (
            ValueRule(f"{word} and not regexp_full_match({text}, '{_NUMBER}')", "is not a number"),
            ValueRule(
                f"{word} and not regexp_full_match({text}, '{_WHOLE}')", "is not a whole number"
            ),
            ValueRule(f"{value} is null and {is_filled(text)}", "does not fit INTEGER"),
        ),
    )


def _number(column: Column) -> Typed:
    if column.kind != "percent" and column.count("percent") > 0.1 * column.count("any"):
        is_percentage = "contains(v, '%')"
        _, rows = column.everywhere(is_percentage)
        raise FileFault(
            f"column {column.header}: {rows:,} values are percentages, such as "
            f"{column.example(is_percentage)!a}, where a number is needed. Next: land a "
            "discount of the order as discount_percent, or write what it is in money"
        )
    text, sql_type = column.text, SQL_TYPES[column.kind]
    number, value = _read(column, text, sql_type)
    # With at most two characters behind its point a number has two decimals, and no exponent.
    rounded = (
        f"strlen({text}) - strpos({text}, '{column.decimal}') > 2 "
        f"and cast({value} as double) <> try_cast({number} as double)"
    )
    times, said = _factor(column)
    if said:
        exact = f"try_cast({number} as decimal(28,6)) * {times}"
        value = f"try_cast({exact} as {sql_type})"
        rounded = f"cast({value} as double) <> try_cast({exact} as double)"
    measure = f"{value} is null and regexp_full_match({text}, '{_WITH_MEASURE}')"
    no_number = f"not regexp_full_match({number}, '{_NUMBER}') and not {is_nothing(text)}"
    rules = (
        *([ValueRule(measure, _MEASURE)] if column.kind == "quantity" else []),
        ValueRule(no_number, "is not a number"),
        ValueRule(f"{value} is null and {is_filled(text)}", f"does not fit {sql_type}"),
    )
    # What the cast takes is a number; RE2 is dear, and asked only of the rest. Of a case the branch
    # is computed only where it is needed, of a conjunction both sides are.
    either = " or ".join(f"({rule.condition})" for rule in rules)
    unread = f"{text} is not null and {value} is null"
    broken = f"case when {unread} then {either} else false end"
    if column.kind == "rate":
        rules = (*rules, ValueRule(f"{value} <= 0", f"is not above 0 in {sql_type}"))
        broken = f"({broken} or {value} <= 0)"
    notices = [notice for notice in (_what_is_taken_off(column), said) if notice]
    return Typed(value, rules, rounded, "; ".join(notices) or None, broken)


def _what_is_taken_off(column: Column) -> str:
    """Return what is taken off a column's numbers, for people; empty where nothing is."""
    if column.decimal == ",":
        return f"{column.name}: a comma stands before the cents"
    if _has_unit(column):
        return f"{column.name}: currency signs and separators of thousands are taken off"
    if column.count("dressed") > column.count("unit"):
        return f"{column.name}: separators of thousands are taken off"
    return ""


def _read(column: Column, text: str, sql_type: str) -> tuple[str, str]:
    """Return the SQL of the text that a number is cast from, and of the number."""
    readable = (_with_unit if _has_unit(column) else _without_unit)(column.decimal)
    condition = f"regexp_full_match({text}, '{readable}') and regexp_matches({text}, '[0-9]')"
    undressed = _undressed(text, column.decimal)
    # What cannot be read so stays as it is, or becomes what no number is, for the rule to see.
    if column.decimal == ",":
        number = (
            f"case when {condition} then {undressed} when trim({text}) = '' then null "
            f"else 'not: ' || {text} end"
        )
        return number, f"try_cast({number} as {sql_type})"
    # RE2 is asked only of what is no number as it is.
    plain = f"try_cast({text} as {sql_type})"
    number = f"case when {plain} is null and {condition} then {undressed} else {text} end"
    return number, f"coalesce({plain}, try_cast({number} as {sql_type}))"


def _has_unit(column: Column) -> bool:
    """Say whether a sign at a number is left out: a few among bare ones may be of another kind."""
    return column.decimal == "," or column.count("unit") > 0.1 * column.count("any")


def _several_currencies(column: Column) -> list[str]:
    """Return what is wrong where no column says the currency, and the amounts have two signs."""
    if not column.count("unit") or not _has_unit(column):
        return []
    has_unit = (
        f"regexp_full_match(v, '{_with_unit(column.decimal)}') and regexp_matches(v, '{_UNIT}')"
        " and regexp_matches(v, '[0-9]')"
    )
    first = column.example(has_unit)
    of_first = f"regexp_extract({literal(first)}, '{_UNIT}')"
    other = f"{has_unit} and regexp_extract(v, '{_UNIT}') <> {of_first}"
    _, units, others = column.everywhere(has_unit, other)
    if not others:
        return []
    return [
        f"column {column.header}: holds amounts of several currencies: {units - others:,} such as "
        f"{first!a}, {others:,} such as {column.example(other)!a}. Next: export the currency as a "
        "column of its own, named currency, or the orders of one currency only"
    ]


def _factor(column: Column) -> tuple[Decimal, str]:
    """Return what a column's numbers are multiplied by, and why; why is empty where it is 1."""
    times, said = Decimal(1), []
    if column.kind in MONEY and column.reading.shop.is_in_cents(column.name, column.header):
        times /= 100
        said.append(f"column {column.header}: read as cents, as shop.yml says; divided by 100")
    may_be_turned = column.kind in ("discount", "percent") and column.count("negative")
    may_be_share = column.kind == "percent" and column.count("share")
    if may_be_turned or may_be_share:
        _, number = _read(column, "v", "double")
        _, above, below, under_1, over_1 = column.everywhere(
            *(f"{number} > 0", f"{number} < 0"),
            *(f"abs({number}) > 0 and abs({number}) < 1", f"abs({number}) > 1"),
        )
        if below and not above:
            times = -times
            said.append(
                f"column {column.header}: below 0 in all {below:,} rows with a discount; read as "
                "what is taken off"
            )
        if may_be_share and under_1 and not over_1:
            times *= 100
            said.append(
                f"column {column.header}: between 0 and 1 in all {above + below:,} rows with a "
                "discount; read as a share, so that 0.1 is 10 percent"
            )
    return times, "; ".join(said)


def _undressed(text: str, decimal: str) -> str:
    digits = f"regexp_replace({text}, '[^0-9{decimal}]', '', 'g')"
    digits = f"replace({digits}, ',', '.')" if decimal == "," else digits
    return f"(case when {_NEGATIVE.replace('{v}', text)} then '-' else '' end || {digits})"
