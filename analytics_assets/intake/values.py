"""What text becomes: the SQL that types a column's values, and when a value cannot land.

How a column writes its numbers and times is found by looking at its values (``conventions``); what
only one reading fits is read so, what two readings fit is asked for, never guessed.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from analytics_assets.intake.faults import FileFault
from analytics_assets.intake.formats import SQL_TYPES, Kind, Source
from analytics_assets.intake.schema import FIRST_YEAR, LAST_YEAR
from analytics_assets.intake.shop_file import ShopFile
from analytics_assets.lib.warehouse.literals import literal

# Of values that are not NULL; nothing but spaces is NULL too.
_NUMBER = r" *([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)? *"
_WHOLE = r" *([+-]?[0-9]+(\.0*)?([eE]\+?[0-9]+)?)? *"
# Six decimals are what a TIMESTAMP holds; zeros after them lose nothing.
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6}0*)?)?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ISO = f" *({_DAY}([ T]{_CLOCK})?)? *"
_ZONED = f" *({_DAY})[ T]({_CLOCK}) *(Z|UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?) *"

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
_LOST_DIGITS = r"[0-9]\.[0-9]+[eE]\+[0-9]+"

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %H:%M:%S")
_DAYS = {
    "day first": ("%d{0}%m{0}%y", "%d{0}%m{0}%Y"),
    "month first": ("%m{0}%d{0}%y", "%m{0}%d{0}%Y"),
    "year first": ("%Y{0}%m{0}%d",),
}
_NAMED = (
    *("%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d"),
    *("%b-%d-%y", "%b-%d-%Y", "%d-%b-%y"),
)

# Times as one number {n}, of the years 2000 to 2099: first, last, the time; the first two in UTC.
_COUNTED = {
    "seconds since 1970": (946684800, 4102444800, "make_timestamp(cast({n} * 1e6 as bigint))"),
    "milliseconds since 1970": (
        *(946684800000, 4102444800000),
        "make_timestamp(cast({n} * 1e3 as bigint))",
    ),
    "a spreadsheet's days": (
        *(36526, 73051),
        "make_timestamp(cast(round(({n} - 25569) * 86400) * 1e6 as bigint))",
    ),
}

SAMPLE = 2000

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
    "unit": f"regexp_matches({{v}}, '[0-9]') and regexp_matches({{v}}, '{_UNIT}')",
}
_TIMES_ASKED = {
    "any": "true",
    "iso": f"regexp_full_match({{v}}, '{_ISO}')",
    "zoned": f"regexp_full_match({{v}}, '{_ZONED}')",
    "counted": r"regexp_full_match(trim({v}), '[0-9]{5,13}(\.[0-9]+)?')",
    "utc": f"regexp_extract({{v}}, '{_ZONED}', 6) in ('Z', 'UTC', '+00', '+0000', '+00:00')",
}
# What is asked of the values of each kind of column, in one query for all columns.
_QUESTIONS: Mapping[Kind, Mapping[str, str]] = {
    "id": {**_IDS, "lost": f"regexp_full_match({{v}}, '{_LOST_DIGITS}')"},
    "text": _IDS,
    "email": _IDS,
    "amount": _NUMBERS_ASKED,
    "quantity": _NUMBERS_ASKED,
    "percent": _NUMBERS_ASKED,
    "rate": _NUMBERS_ASKED,
    "time": _TIMES_ASKED,
    "day": _TIMES_ASKED,
}
NUMBERS: frozenset[Kind] = frozenset({"amount", "quantity", "percent", "rate"})
TIMES: frozenset[Kind] = frozenset({"time", "day"})


@dataclass(frozen=True)
class Rule:
    """A condition, in SQL, under which a value cannot land, and the reason to give."""

    condition: str
    reason: str


@dataclass(frozen=True)
class Typed:
    """How one column is made of its text.

    Attributes:
        value: SQL of the column's type; NULL where a rule is broken, never an error.
        rules: in the order in which they are tried.
        rounded: SQL condition under which ``value`` is not exactly what was read, or None.
        notice: what was understood, for people; None where nothing needs saying.
        broken: SQL condition that is true where any rule is, if there is a cheaper one than all.
    """

    value: str
    rules: tuple[Rule, ...] = ()
    rounded: str | None = None
    notice: str | None = None
    broken: str | None = None


@dataclass(frozen=True)
class Reading:
    """What decides how values are read beside the values.

    Attributes:
        shop: the settings beside the files.
        business_timezone: into which times with a zone are converted.
        keeps_offset: times with an offset are local already.
        is_text: the values come from text files; Parquet has types of its own.
    """

    shop: ShopFile
    business_timezone: str
    keeps_offset: bool
    is_text: bool


def typed_columns(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: Source,
    present: Mapping[str, str],
    reading: Reading,
) -> dict[str, Typed]:
    """Return how each column of ``source`` is made of the text in ``table``.

    Args:
        connection: where ``table`` is.
        table: all rows as text.
        source: says what each column is.
        present: the columns that the files have, with the header for messages.
        reading: see there.

    Raises:
        FileFault: values can be read in two ways, or ids have lost their digits; all of them.
    """
    look = _Look(connection, table, {name: source.columns[name].kind for name in present})
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
        if column.filled:
            text = f'"{name}"'
            # RE2 is asked only where the first letter may be a blank.
            blank = f"({text} < '!' or {text} > '~') and regexp_full_match({text}, '{_BLANK}*')"
            empty = f"{text} is null or ({blank})"
            broken = found.broken and f"({empty} or {found.broken})"
            found = replace(found, rules=(Rule(empty, "is empty"), *found.rules), broken=broken)
        made[name] = found
    if faults:
        raise FileFault(*faults)
    return made


class _Look:
    """What the values of one table of text look like; of a large one, of a sample from all over."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, table: str, kinds: Mapping[str, Kind]
    ) -> None:
        self._connection = connection
        self._table = table
        self._ids = [name for name, kind in kinds.items() if kind == "id"]
        asked = {
            (name, question): condition.replace("{v}", f'"{name}"')
            for name, kind in kinds.items()
            for question, condition in _QUESTIONS.get(kind, {}).items()
        }
        counts = "".join(
            f", count(case when trim(\"{name}\") <> '' and ({condition}) then 1 end)"
            for (name, _), condition in asked.items()
        )
        [(total,)] = connection.execute(f"select count(*) from {table}").fetchall()
        every = total // SAMPLE
        where = f" where rowid % {every} = 0" if every > 2 else ""
        [found] = connection.execute(f"select count(*){counts} from {table}{where}").fetchall()
        self._counts = dict(zip(asked, found[1:], strict=True))

    def count(self, name: str, question: str) -> int:
        """Return how many of a column's values in the sample a question is true of."""
        return int(self._counts[name, question])

    @functools.cached_property
    def ids_are_bare(self) -> bool:
        """Whether no id of the table has blanks around it: one look saves every later one."""
        bare = " and ".join(_is_bare(f'"{name}"') for name in self._ids)
        [(others,)] = self._connection.execute(
            f"select count(*) from {self._table} where not ({bare})"
        ).fetchall()
        return not others

    def are_all(self, name: str, question: str) -> bool:
        """Say whether a question is true of each value of the whole column, and there are some."""
        if not self.count(name, "any") or self.count(name, "any") != self.count(name, question):
            return False
        count, meeting = self.everywhere(name, _QUESTIONS["id"][question].replace("{v}", "v"))
        return count == meeting

    def everywhere(self, name: str, *conditions: str) -> list[int]:
        """Count all values of a column, and those that meet each condition on ``v``."""
        listed = "".join(f", count(case when {condition} then 1 end)" for condition in conditions)
        [found] = self._connection.execute(
            f'select count(*){listed} from (select "{name}" as v from {self._table}) '
            "where trim(v) <> ''"
        ).fetchall()
        return [int(count) for count in found]

    def example(self, name: str, condition: str) -> str:
        """Return the smallest value that meets a condition on ``v``."""
        [(found,)] = self._connection.execute(
            f'select min(v) from (select "{name}" as v from {self._table}) where {condition}'
        ).fetchall()
        return str(found)


def _decimal(
    look: _Look,
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
        if source.columns[name].kind not in NUMBERS:
            continue
        commas += look.count(name, "comma")
        points += look.count(name, "point")
        separated = look.count(name, "separated")
        if (
            source.columns[name].kind in ("amount", "rate")
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
    look: _Look, name: str, kind: Kind, header: str, decimal: str, reading: Reading
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
            return _time(look, name, kind, header, reading)
        case "whole":
            return _whole(name)
        case _:
            return _number(look, name, kind, decimal)


def _is_bare(value: str) -> str:
    """Return a cheap condition: nothing but ASCII, and neither end is a blank."""
    return (
        f"(strlen({value}) = length({value}) and {value} >= '!' and substring({value}, -1) >= '!')"
    )


def _id(look: _Look, name: str, header: str) -> Typed:
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
            f"case when {_is_bare(value)} then {value} "
            f"else nullif(regexp_replace({value}, '{_BLANKS_AROUND}', '', 'g'), '') end"
        )
    gone = Rule(
        f"contains(\"{name}\", 'E+') and regexp_full_match(\"{name}\", '{_LOST_DIGITS}')",
        "has lost its digits in a spreadsheet",
    )
    return Typed(trimmed, (gone,), notice=notice)


def _text(look: _Look, name: str, kind: Kind) -> Typed:
    value = f'"{name}"'
    if look.count(name, "any") > 1 and look.are_all(name, "marked"):
        value = f"ltrim({value}, '''')"
    return Typed(f"nullif(trim({value}), '')" if kind == "email" else value)


def _flag(name: str) -> Typed:
    bare = f'lower(trim("{name}"))'
    yes, no = "('true', 't', 'yes', 'y', '1', '1.0')", "('false', 'f', 'no', 'n', '0', '0.0', '')"
    value = (
        f"case when {bare} in {yes} then true when {bare} in {no} and {bare} <> '' then false end"
    )
    wrong = Rule(f"{bare} not in {yes} and {bare} not in {no}", "is not yes or no")
    return Typed(value, (wrong,))


def _whole(name: str) -> Typed:
    column = f'"{name}"'
    value = f"try_cast({column} as integer)"
    return Typed(
        value,
        (
            Rule(f"not regexp_full_match({column}, '{_NUMBER}')", "is not a number"),
            Rule(f"not regexp_full_match({column}, '{_WHOLE}')", "is not a whole number"),
            Rule(f"{value} is null and trim({column}) <> ''", "does not fit INTEGER"),
        ),
    )


def _number(look: _Look, name: str, kind: Kind, decimal: str) -> Typed:
    column, sql_type = f'"{name}"', SQL_TYPES[kind]
    has_unit = _takes_unit_off(look, name, decimal)
    readable = (_with_unit if has_unit else _without_unit)(decimal)
    condition = f"regexp_full_match({column}, '{readable}') and regexp_matches({column}, '[0-9]')"
    undressed, notice = _undressed(column, decimal), None
    # What cannot be read so stays as it is, or becomes what no number is, for the rule to see.
    if decimal == ",":
        number = (
            f"case when {condition} then {undressed} when trim({column}) = '' then null "
            f"else 'not: ' || {column} end"
        )
        value = f"try_cast({number} as {sql_type})"
        notice = f"{name}: a comma stands before the cents"
    else:
        # RE2 is asked only of what is no number as it is.
        plain = f"try_cast({column} as {sql_type})"
        number = f"case when {plain} is null and {condition} then {undressed} else {column} end"
        value = f"coalesce({plain}, try_cast({number} as {sql_type}))"
        if has_unit:
            notice = f"{name}: currency signs and separators of thousands are taken off"
        elif look.count(name, "dressed") > look.count(name, "unit"):
            notice = f"{name}: separators of thousands are taken off"
    rules = (
        Rule(f"not regexp_full_match({number}, '{_NUMBER}')", "is not a number"),
        Rule(f"{value} is null and trim({column}) <> ''", f"does not fit {sql_type}"),
    )
    # With at most two characters behind its point a number has two decimals, and no exponent.
    rounded = (
        f"strlen({column}) - strpos({column}, '{decimal}') > 2 "
        f"and cast({value} as double) <> try_cast({number} as double)"
    )
    # What the cast takes and the first rule does not: 1_000, and line ends around a number.
    doubtful = f"contains({column}, '_') or {column} < '!' or substring({column}, -1) < '!'"
    either = " or ".join(f"({rule.condition})" for rule in rules)
    broken = f"(({value} is null or {doubtful}) and ({either}))"
    if kind == "rate":
        above_0 = Rule(f"{value} <= 0", f"is not above 0 in {sql_type}")
        return Typed(value, (*rules, above_0), rounded, notice, f"({broken} or {value} <= 0)")
    return Typed(value, rules, rounded, notice, broken)


def _takes_unit_off(look: _Look, name: str, decimal: str) -> bool:
    """Say whether a sign at a number is left out: a few among bare ones may be of another kind."""
    return decimal == "," or look.count(name, "unit") > 0.1 * look.count(name, "any")


def _several_currencies(look: _Look, name: str, header: str, decimal: str) -> list[str]:
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


def _undressed(column: str, decimal: str) -> str:
    digits = f"regexp_replace({column}, '[^0-9{decimal}]', '', 'g')"
    digits = f"replace({digits}, ',', '.')" if decimal == "," else digits
    negative = f"regexp_matches({column}, '[-\\x{{2212}}(]')"
    return f"(case when {negative} then '-' else '' end || {digits})"


def _time(look: _Look, name: str, kind: Kind, header: str, reading: Reading) -> Typed:
    column = f'"{name}"'
    count, with_iso = look.count(name, "any"), look.count(name, "iso")
    with_zone = look.count(name, "zoned")
    notice = None
    numbers = None
    if look.count(name, "counted") > 0.5 * count and not reading.shop.dates:
        numbers = _counted(look, name, kind, header, reading)
    if numbers is not None:
        moment, notice = numbers
        malformed = f"{moment} is null"
        other = Rule(
            f"{malformed} and regexp_full_match({column}, '{_ISO}')", "is written otherwise"
        )
    elif with_zone > 0.5 * count:
        moment, notice = _zoned(look, name, header, reading)
        malformed = f"not regexp_full_match({column}, '{_ZONED}')"
        other = Rule(f"{malformed} and regexp_full_match({column}, '{_DAY}.*')", "has no time zone")
    elif reading.shop.dates or count == 0 or with_iso + with_zone >= 0.5 * count:
        # Trimming is dear, and few values need it.
        trimmed = f"try_cast(trim({column}) as timestamp)"
        plain = f"coalesce(try_cast({column} as timestamp), {trimmed})"
        malformed = f"not regexp_full_match({column}, '{_ISO}')"
        if reading.shop.dates and with_iso < count:
            pattern = reading.shop.dates.replace("'", "''")
            patterns = f"['{pattern}', '{pattern.split(' ')[0]}']"
            plain = f"try_strptime(trim({column}), {patterns})"
            malformed = f"{plain} is null"
        moment = _local(plain, kind, reading)
        zone = f"regexp_full_match({column}, '{_ZONED}')"
        other = Rule(f"{malformed} and {zone}", "has a time zone, and other rows have none")
    else:
        plain, notice = _pattern(look, name, header)
        moment = _local(plain, kind, reading)
        malformed = f"{plain} is null"
        other = Rule(
            f"{malformed} and regexp_full_match({column}, '{_ISO}')", "is written otherwise"
        )
    within = (
        f"{moment} >= timestamp '{FIRST_YEAR}-01-01 00:00:00' "
        f"and {moment} < timestamp '{LAST_YEAR + 1}-01-01 00:00:00'"
    )
    filled = f"trim({column}) <> ''"
    rules = (
        Rule(f"{filled} and {other.condition}", other.reason),
        Rule(f"{filled} and {malformed}", "is not a date"),
        Rule(f"{filled} and {moment} is null", "is a day or time that does not exist"),
        Rule(f"{filled} and not ({within})", f"is before {FIRST_YEAR} or after {LAST_YEAR}"),
    )
    last = f"timestamp '{LAST_YEAR}-12-31 23:59:59.999999'"
    fits = f"{moment} between timestamp '{FIRST_YEAR}-01-01' and {last}"
    broken = f"(({malformed} or ({fits}) is not true) and {filled})"
    return Typed(f"try_cast({moment} as {SQL_TYPES[kind]})", rules, notice=notice, broken=broken)


def _counted(
    look: _Look, name: str, kind: Kind, header: str, reading: Reading
) -> tuple[str, str] | None:
    """Return how a column of times that are numbers is read; None where no way fits half of them.

    No number is a time in two ways.
    """
    number = "try_cast(trim({}) as double)"
    within = [
        f"{number.format('v')} >= {first} and {number.format('v')} < {last}"
        for first, last, _ in _COUNTED.values()
    ]
    count, *fitting = look.everywhere(name, *within)
    best, unit = max(zip(fitting, _COUNTED, strict=True))
    if best < 0.5 * count:
        return None
    first, last, moment = _COUNTED[unit]
    text = number.format(f'"{name}"')
    moment = f"case when {text} >= {first} and {text} < {last} then {moment.format(n=text)} end"
    if unit.endswith("1970") and kind != "day":
        moment = f"(({moment}) at time zone 'UTC' at time zone '{reading.business_timezone}')"
    else:
        moment = _local(f"({moment})", kind, reading)
    return moment, f"column {header}: times are read as {unit}"


def _local(moment: str, kind: Kind, reading: Reading) -> str:
    """Return a time without zone as the business's local time; a day has no zone."""
    zone = reading.shop.timezone
    if zone is None or kind == "day" or zone == reading.business_timezone:
        return moment
    return f"(({moment}) at time zone '{zone}' at time zone '{reading.business_timezone}')"


def _zoned(look: _Look, name: str, header: str, reading: Reading) -> tuple[str, str]:
    column = f'"{name}"'
    local = f"try_cast(regexp_replace({column}, '{_ZONED}', '\\1 \\2') as timestamp)"
    offset = f"regexp_extract({column}, '{_ZONED}', 6)"
    if reading.keeps_offset and look.count(name, "utc") < look.count(name, "zoned"):
        return local, f"column {header}: times stay as the shop's own clock showed them"
    hours = f"try_cast(regexp_extract({offset}, '^([+-][0-9]{{2}})', 1) as integer)"
    minutes = f"try_cast(right(replace({offset}, ':', ''), 2) as integer)"
    shift = (
        f"case when {offset} in ('Z', 'UTC') then 0 else {hours} * 60 + "
        f"case when length(replace({offset}, ':', '')) = 5 then "
        f"case when starts_with({offset}, '-') then -{minutes} else {minutes} end else 0 end end"
    )
    moment = f"(({local} - to_minutes({shift})) at time zone 'UTC'"
    moment += f" at time zone '{reading.business_timezone}')"
    return moment, f"column {header}: times are converted to {reading.business_timezone}"


def _pattern(look: _Look, name: str, header: str) -> tuple[str, str]:
    """Return how a column of times that are not ISO is read: the one order that fits.

    Raises:
        FileFault: no order fits, or two do.
    """
    readings = {
        order: _strptime(
            [day.format(mark) + clock for mark in "./-" for day in days for clock in _CLOCKS]
        )
        for order, days in _DAYS.items()
    }
    readings["month by name"] = _strptime([day + clock for day in _NAMED for clock in _CLOCKS])
    conditions = [f"{read.format('v')} is not null" for read in readings.values()]
    count, *fitting = look.everywhere(name, *conditions)
    ranked = sorted(zip(fitting, readings, strict=True), reverse=True)
    (best, order), (second, other) = ranked[0], ranked[1]
    example = look.example(name, "trim(v) <> ''")
    if best < 0.5 * count:
        raise FileFault(
            f"column {header}: holds times such as {example!a}, in no order that is known. Next: "
            'write into shop.yml how they are written, such as `dates: "%d.%m.%Y %H:%M"`'
        )
    if second == best:
        raise FileFault(
            f"column {header}: every value, such as {example!a}, can be read with the {order} and "
            f"with the {other}. Next: write into shop.yml which it is, such as "
            '`dates: "%d/%m/%Y"` or `dates: "%m/%d/%Y"`'
        )
    return readings[order].format(f'"{name}"'), f"column {header}: dates are read {order}"


def _strptime(patterns: list[str]) -> str:
    # A two-digit year must not take the first digits of one with four.
    listed = ", ".join(f"'{pattern}'" for pattern in patterns)
    return f"try_strptime(trim({{}}), [{listed}])"
