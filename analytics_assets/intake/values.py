"""What text becomes: the SQL that types a column's values, and when a value cannot land.

How a column writes its numbers is found by looking at its values; what only one reading fits is
read so, what two readings fit is asked for, never guessed. Times are in a module of their own.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import duckdb

from analytics_assets.intake.faults import FileFault
from analytics_assets.intake.formats import SQL_TYPES, Kind, Source
from analytics_assets.intake.stage import Staged
from analytics_assets.intake.times import TIMES_ASKED, typed_time
from analytics_assets.intake.typed import (
    Look,
    Questions,
    Reading,
    Rule,
    Typed,
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
    source, present = one.source, one.present
    look = Look(
        connection, one.name, {name: source.columns[name].kind for name in present}, _QUESTIONS
    )
    faults: list[str] = []
    decimal = reading.shop.decimal or _decimal(look, source, present, reading, faults)
    made = {}
    for name, column in source.columns.items():
        if name not in present:
            made[name] = Typed(f"cast(null as {SQL_TYPES[column.kind]})")
            continue
        if column.kind == "amount" and "currency" in set(source.columns) - set(present):
            faults.extend(_several_currencies(look, name, present[name], decimal))
        try:
            found = _typed(look, name, column.kind, present[name], decimal, reading)
        except FileFault as fault:
            faults.extend(fault.faults)
            continue
        made[name] = _filled(found, name, column.kind) if column.filled else found
    if faults:
        raise FileFault(*(f"{one.file_names}: {fault}" for fault in faults))
    return made


def _filled(found: Typed, name: str, kind: Kind) -> Typed:
    """Return a column in which nothing may be empty."""
    text = f'"{name}"'
    # RE2 is asked only where the first letter may be a blank.
    blank = f"({text} < '!' or {text} > '~') and regexp_full_match({text}, '{_BLANK}*')"
    empty = f"{text} is null or ({blank})"
    if kind not in ("id", "text"):
        may_be_word = f"{text} < '0' or {text} > '9'"
        empty += f" or case when {may_be_word} then {is_nothing(text)} else false end"
    broken = found.broken and f"({empty} or {found.broken})"
    return replace(found, rules=(Rule(empty, "is empty"), *found.rules), broken=broken)


def _decimal(
    look: Look,
    source: Source,
    present: Mapping[str, str],
    reading: Reading,
    faults: list[str],
) -> str:
    if not reading.is_text:
        return "."
    commas = points = 0
    doubtful = []
    for name, header in present.items():
        if source.columns[name].kind not in _NUMBERS:
            continue
        commas += look.count(name, "comma")
        points += look.count(name, "point")
        separated = look.count(name, "separated")
        if (
            source.columns[name].kind in ("amount", "discount", "rate")
            and separated
            and look.count(name, "three") == separated
        ):
            doubtful.append((name, header))
    decimal = "," if commas > points else "."
    if not commas and not points:
        for name, header in doubtful:
            example = look.example(name, f"regexp_full_match(v, '{_THREE_DIGITS}')")
            faults.append(
                f"column {header}: every value has three digits behind its only separator, such "
                f"as {example!a}: it may be a thousand times more or less. Next: write into "
                'shop.yml `decimal: "."` or `decimal: ","`, whichever stands before the cents'
            )
    return decimal


def _typed(  # noqa: PLR0911, PLR0917 - one return per kind
    look: Look, name: str, kind: Kind, header: str, decimal: str, reading: Reading
) -> Typed:
    match kind:
        case "id":
            return _id(look, name, header)
        case "text" | "email":
            return _text(look, name, kind)
        case "json":
            bad = Rule(f'"{name}" is not null and not json_valid("{name}")', "is not JSON")
            return Typed(f'"{name}"', (bad,))
        case "flag":
            return _flag(name)
        case "time" | "day":
            return typed_time(look, name, kind, header, reading)
        case "whole":
            return _whole(name)
        case _:
            return _number(look, name, kind, header, decimal, reading)


def _id(look: Look, name: str, header: str) -> Typed:
    if look.count(name, "lost") > 0.01 * look.count(name, "any"):
        example = look.example(name, f"regexp_full_match(v, '{_LOST_DIGITS}')")
        raise FileFault(
            f"column {header}: holds ids such as {example!a}: a spreadsheet has rounded them, and "
            "different ids have become one. Next: export the file again and do not save it from a "
            "spreadsheet, or set the column to text there first"
        )
    value = text = f'"{name}"'
    notice = None
    if look.are_all(name, "float"):
        value = f"regexp_replace(trim({value}), '\\.0+$', '')"
        notice = f"column {header}: the .0 behind each id is taken off"
    elif look.are_all(name, "marked"):
        value = f"ltrim({value}, '''')"
        notice = f"column {header}: the apostrophe before each id is taken off"
    elif look.are_all(name, "global"):
        # GraphQL's gid://shopify/Order/1001 is 1001 elsewhere.
        value = f"regexp_extract(trim({value}), '([^/?]+)(\\?.*)?$', 1)"
    trimmed = value
    if value != text or not look.ids_are_bare:
        # RE2 is asked only where a blank may stand: trimming is the dearest of all rules.
        trimmed = (
            f"case when {is_bare(value)} then {value} "
            f"else nullif(regexp_replace({value}, '{_BLANKS_AROUND}', '', 'g'), '') end"
        )
    gone = Rule(
        f"contains(\"{name}\", 'E+') and regexp_full_match(\"{name}\", '{_LOST_DIGITS}')",
        "has lost its digits in a spreadsheet",
    )
    return Typed(trimmed, (gone,), notice=notice)


def _text(look: Look, name: str, kind: Kind) -> Typed:
    value = f'"{name}"'
    if look.count(name, "any") > 1 and look.are_all(name, "marked"):
        value = f"ltrim({value}, '''')"
    if kind == "email":
        given = f"contains({value}, '@') or not {is_nothing(value)}"
        value = f"case when {given} then nullif(trim({value}), '') end"
    return Typed(value)


def _flag(name: str) -> Typed:
    bare = f'lower(trim("{name}"))'
    yes = "('true', 't', 'yes', 'y', '1', '1.0', 'on', 'ja', 'wahr', 'oui', 'si', 's\u00ed')"
    no = "('false', 'f', 'no', 'n', '0', '0.0', 'off', 'nein', 'falsch', 'non', '')"
    value = (
        f"case when {bare} in {yes} then true when {bare} in {no} and {bare} <> '' then false end"
    )
    wrong = Rule(
        f"{bare} not in {yes} and {bare} not in {no} and not {is_nothing(bare)}",
        "is not yes or no",
    )
    return Typed(value, (wrong,))


def _whole(name: str) -> Typed:
    column = f'"{name}"'
    value = f"try_cast({column} as integer)"
    word = f"not {is_nothing(column)}"
    return Typed(
        value,
        (
            Rule(f"{word} and not regexp_full_match({column}, '{_NUMBER}')", "is not a number"),
            Rule(
                f"{word} and not regexp_full_match({column}, '{_WHOLE}')", "is not a whole number"
            ),
            Rule(f"{value} is null and {is_filled(column)}", "does not fit INTEGER"),
        ),
    )


def _number(  # noqa: PLR0917 - what decides how a number is written
    look: Look, name: str, kind: Kind, header: str, decimal: str, reading: Reading
) -> Typed:
    if kind != "percent" and look.count(name, "percent") > 0.1 * look.count(name, "any"):
        is_percentage = "contains(v, '%')"
        _, rows = look.everywhere(name, is_percentage)
        raise FileFault(
            f"column {header}: {rows:,} values are percentages, such as "
            f"{look.example(name, is_percentage)!a}, where a number is needed. Next: land a "
            "discount of the order as discount_percent, or write what it is in money"
        )
    column, sql_type = f'"{name}"', SQL_TYPES[kind]
    has_unit = _takes_unit_off(look, name, decimal)
    number, value = _read(column, sql_type, decimal, has_unit=has_unit)
    notices = []
    if decimal == ",":
        notices.append(f"{name}: a comma stands before the cents")
    elif has_unit:
        notices.append(f"{name}: currency signs and separators of thousands are taken off")
    elif look.count(name, "dressed") > look.count(name, "unit"):
        notices.append(f"{name}: separators of thousands are taken off")
    times, said = _factor(look, name, kind, header, decimal, reading)
    # With at most two characters behind its point a number has two decimals, and no exponent.
    rounded = (
        f"strlen({column}) - strpos({column}, '{decimal}') > 2 "
        f"and cast({value} as double) <> try_cast({number} as double)"
    )
    if said:
        notices.append(said)
        exact = f"try_cast({number} as decimal(28,6)) * {times}"
        value = f"try_cast({exact} as {sql_type})"
        rounded = f"cast({value} as double) <> try_cast({exact} as double)"
    word = f"not {is_nothing(column)}"
    measure = f"{value} is null and regexp_full_match({column}, '{_WITH_MEASURE}')"
    rules = (
        *([Rule(measure, _MEASURE)] if kind == "quantity" else []),
        Rule(f"not regexp_full_match({number}, '{_NUMBER}') and {word}", "is not a number"),
        Rule(f"{value} is null and {is_filled(column)}", f"does not fit {sql_type}"),
    )
    # What the cast takes is a number; RE2 is dear, and asked only of the rest. Of a case the branch
    # is computed only where it is needed, of a conjunction both sides are.
    either = " or ".join(f"({rule.condition})" for rule in rules)
    unread = f"{column} is not null and {value} is null"
    broken = f"case when {unread} then {either} else false end"
    notice = "; ".join(notices) or None
    if kind == "rate":
        above_0 = Rule(f"{value} <= 0", f"is not above 0 in {sql_type}")
        return Typed(value, (*rules, above_0), rounded, notice, f"({broken} or {value} <= 0)")
    return Typed(value, rules, rounded, notice, broken)


def _read(column: str, sql_type: str, decimal: str, *, has_unit: bool) -> tuple[str, str]:
    """Return the SQL of the text that a number is cast from, and of the number."""
    readable = (_with_unit if has_unit else _without_unit)(decimal)
    condition = f"regexp_full_match({column}, '{readable}') and regexp_matches({column}, '[0-9]')"
    undressed = _undressed(column, decimal)
    # What cannot be read so stays as it is, or becomes what no number is, for the rule to see.
    if decimal == ",":
        number = (
            f"case when {condition} then {undressed} when trim({column}) = '' then null "
            f"else 'not: ' || {column} end"
        )
        return number, f"try_cast({number} as {sql_type})"
    # RE2 is asked only of what is no number as it is.
    plain = f"try_cast({column} as {sql_type})"
    number = f"case when {plain} is null and {condition} then {undressed} else {column} end"
    return number, f"coalesce({plain}, try_cast({number} as {sql_type}))"


def _takes_unit_off(look: Look, name: str, decimal: str) -> bool:
    """Say whether a sign at a number is left out: a few among bare ones may be of another kind."""
    return decimal == "," or look.count(name, "unit") > 0.1 * look.count(name, "any")


def _several_currencies(look: Look, name: str, header: str, decimal: str) -> list[str]:
    """Return what is wrong where no column says the currency, and the amounts have two signs."""
    if not look.count(name, "unit") or not _takes_unit_off(look, name, decimal):
        return []
    has_unit = f"regexp_full_match(v, '{_with_unit(decimal)}') and regexp_matches(v, '{_UNIT}')"
    has_unit += " and regexp_matches(v, '[0-9]')"
    first = look.example(name, has_unit)
    of_first = f"regexp_extract({literal(first)}, '{_UNIT}')"
    other = f"{has_unit} and regexp_extract(v, '{_UNIT}') <> {of_first}"
    _, units, others = look.everywhere(name, has_unit, other)
    if not others:
        return []
    return [
        f"column {header}: holds amounts of several currencies: {units - others:,} such as "
        f"{first!a}, {others:,} such as {look.example(name, other)!a}. Next: export the currency "
        "as a column of its own, named currency, or the orders of one currency only"
    ]


def _factor(  # noqa: PLR0917 - what decides how a number is meant
    look: Look, name: str, kind: Kind, header: str, decimal: str, reading: Reading
) -> tuple[str, str]:
    """Return what a column's numbers are multiplied by, and why; why is empty where it is 1."""
    times, said = Decimal(1), []
    if kind in MONEY and reading.shop.is_in_cents(name, header):
        times /= 100
        said.append(f"column {header}: read as cents, as shop.yml says; divided by 100")
    may_be_turned = kind in ("discount", "percent") and look.count(name, "negative")
    may_be_share = kind == "percent" and look.count(name, "share")
    if may_be_turned or may_be_share:
        has_unit = _takes_unit_off(look, name, decimal)
        _, number = _read("v", "double", decimal, has_unit=has_unit)
        _, above, below, under_1, over_1 = look.everywhere(
            name,
            *(f"{number} > 0", f"{number} < 0"),
            *(f"abs({number}) > 0 and abs({number}) < 1", f"abs({number}) > 1"),
        )
        if below and not above:
            times = -times
            said.append(
                f"column {header}: below 0 in all {below:,} rows with a discount; read as what is "
                "taken off"
            )
        if may_be_share and under_1 and not over_1:
            times *= 100
            said.append(
                f"column {header}: between 0 and 1 in all {above + below:,} rows with a discount; "
                "read as a share, so that 0.1 is 10 percent"
            )
    return str(times), "; ".join(said)


def _undressed(column: str, decimal: str) -> str:
    digits = f"regexp_replace({column}, '[^0-9{decimal}]', '', 'g')"
    digits = f"replace({digits}, ',', '.')" if decimal == "," else digits
    negative = _NEGATIVE.replace("{v}", column)
    return f"(case when {negative} then '-' else '' end || {digits})"
