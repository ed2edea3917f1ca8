"""Times of a column of text: as ISO, in one order of day and month, as numbers, or with words.

What only one reading fits is read so, what two readings fit is asked for, never guessed.
"""

import re

from analytics_assets.intake.faults import FileFault, spell
from analytics_assets.intake.formats import SQL_TYPES
from analytics_assets.intake.schema import FIRST_YEAR, LAST_YEAR
from analytics_assets.intake.time_words import (
    FILLERS,
    KNOWN,
    minutes_ahead,
    month_as_number,
    months_in,
    without_zone,
    zones_in,
)
from analytics_assets.intake.typed import Column, Typed, ValueRule, is_filled

# Six decimals are what a TIMESTAMP holds; zeros after them lose nothing.
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6}0*)?)?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ISO = f" *({_DAY}([ T]{_CLOCK})?)? *"
_ISO_LOWER = _ISO.replace("[ T]", "[ t]")
_ZONED = f" *({_DAY})[ T]({_CLOCK}) *(Z|UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?) *"

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %H:%M:%S")
# A two-digit year must not take the first digits of one with four.
_DAYS = {
    "day first": ("%d{0}%m{0}%y", "%d{0}%m{0}%Y"),
    "month first": ("%m{0}%d{0}%y", "%m{0}%d{0}%Y"),
    "year first": ("%Y{0}%m{0}%d", "%Y%m%d"),
}

_MOST_WORDS = 200

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


TIMES_ASKED = {
    "any": "true",
    "iso": f"regexp_full_match({{v}}, '{_ISO}')",
    "zoned": f"regexp_full_match({{v}}, '{_ZONED}')",
    "counted": r"regexp_full_match(trim({v}), '[0-9]{5,13}(\.[0-9]+)?')",
    "worded": r"regexp_matches({v}, '\p{L}{3}|[0-9] ?(Z|GMT|UTC|[A-Z]{2,5})([+-][0-9:]+)?$"
    r"|:[0-9]{2} *[+-][0-9]{2}:?[0-9]{2}$')",
    "utc": f"regexp_extract({{v}}, '{_ZONED}', 6) in ('Z', 'UTC', '+00', '+0000', '+00:00')",
}


def typed_time(column: Column) -> Typed:
    """Return how a column of times or days is made of its text.

    Raises:
        FileFault: no way of writing times fits, or two do, or nobody knows their zone.
    """
    text, reading = column.text, column.reading
    count, with_iso, with_zone = (column.count(asked) for asked in ("any", "iso", "zoned"))
    notice = None
    found = None
    if not reading.shop.dates and column.count("counted") > 0.5 * count:
        found = _counted(column)
    elif column.count("worded") > max(0.5 * count, with_zone):
        found = _worded(column)
    if found is not None:
        moment, notice = found
        malformed = f"{moment} is null"
        other = _written_otherwise(malformed, text)
    elif with_zone > 0.5 * count:
        moment, notice = _zoned(column)
        malformed = f"not regexp_full_match({text}, '{_ZONED}')"
        other = ValueRule(
            f"{malformed} and regexp_full_match({text}, '{_DAY}.*')", "has no time zone"
        )
    elif reading.shop.dates or count == 0 or with_iso + with_zone >= 0.5 * count:
        # Trimming is dear, and few values need it.
        trimmed = f"try_cast(trim({text}) as timestamp)"
        plain = f"coalesce(try_cast({text} as timestamp), {trimmed})"
        malformed = f"not regexp_full_match({text}, '{_ISO}')"
        if reading.shop.dates and with_iso < count:
            plain = _of(_said(reading.shop.dates, "{v}"), text)
            malformed = f"{plain} is null"
        moment = _local(plain, column)
        zone = f"regexp_full_match({text}, '{_ZONED}')"
        other = ValueRule(f"{malformed} and {zone}", "has a time zone, and other rows have none")
    else:
        plain, notice = _pattern(column, "{v}")
        plain = _of(plain, text)
        moment = _local(plain, column)
        malformed = f"{plain} is null"
        other = _written_otherwise(malformed, text)
    last = f"timestamp '{LAST_YEAR}-12-31 23:59:59.999999'"
    within = f"{moment} between timestamp '{FIRST_YEAR}-01-01' and {last}"
    filled = is_filled(text)
    rules = (
        ValueRule(f"{filled} and {other.condition}", other.reason),
        ValueRule(f"{filled} and {malformed}", "is not a date"),
        ValueRule(f"{filled} and {moment} is null", "is a day or time that does not exist"),
        ValueRule(f"{filled} and not ({within})", f"is before {FIRST_YEAR} or after {LAST_YEAR}"),
    )
    unread = f"{text} is not null and ({malformed} or ({within}) is not true)"
    broken = f"case when {unread} then {filled} else false end"
    value = f"try_cast({moment} as {SQL_TYPES[column.kind]})"
    return Typed(value, rules, notice=notice, broken=broken)


def _written_otherwise(malformed: str, text: str) -> ValueRule:
    return ValueRule(f"{malformed} and regexp_full_match({text}, '{_ISO}')", "is written otherwise")


def _counted(column: Column) -> tuple[str, str] | None:
    """Return how a column of times that are numbers is read; None where no way fits half of them.

    No number is a time in two ways.
    """
    number = "try_cast(trim({}) as double)"
    within = [
        f"{number.format('v')} >= {first} and {number.format('v')} < {last}"
        for first, last, _ in _COUNTED.values()
    ]
    count, *fitting = column.everywhere(*within)
    best, unit = max(zip(fitting, _COUNTED, strict=True))
    if best < 0.5 * count:
        return None
    first, last, moment = _COUNTED[unit]
    text = number.format(column.text)
    moment = f"case when {text} >= {first} and {text} < {last} then {moment.format(n=text)} end"
    is_utc = unit.endswith("1970") and column.kind != "day"
    moment = _from_utc(moment, column) if is_utc else _local(f"({moment})", column)
    return moment, f"column {column.header}: times are read as {unit}"


def _local(moment: str, column: Column) -> str:
    """Return a time without zone as the business's local time; a day has no zone."""
    zone, business = column.reading.shop.timezone, column.reading.business_timezone
    if zone is None or column.kind == "day" or zone == business:
        return moment
    return f"(({moment}) at time zone '{zone}' at time zone '{business}')"


def _from_utc(moment: str, column: Column) -> str:
    """Return a time in UTC as the business's local time."""
    return f"(({moment}) at time zone 'UTC' at time zone '{column.reading.business_timezone}')"


def _zoned(column: Column) -> tuple[str, str]:
    local = f"try_cast(regexp_replace({column.text}, '{_ZONED}', '\\1 \\2') as timestamp)"
    offset = f"regexp_extract({column.text}, '{_ZONED}', 6)"
    if column.reading.keeps_offset and column.count("utc") < column.count("zoned"):
        return local, f"column {column.header}: times stay as the shop's own clock showed them"
    moment = _from_utc(f"{local} - to_minutes({minutes_ahead('', offset, {})})", column)
    zone = column.reading.business_timezone
    return moment, f"column {column.header}: times are converted to {zone}"


def _pattern(column: Column, text: str) -> tuple[str, str]:
    """Return how a column of times that are not ISO is read: the one order that fits.

    ``text`` is the SQL of a time with ``{v}`` for the column, and so is what is returned.

    Raises:
        FileFault: no order fits, or two do.
    """
    readings = {
        order: _strptime(
            text,
            [
                day.format(mark) + clock
                for mark in ("./-" if "{0}" in days[0] else "")
                for day in days
                for clock in _CLOCKS
            ],
        )
        for order, days in _DAYS.items()
    }
    # A day of two digits is no year.
    conditions = [
        f"coalesce(year({_of(read, 'v')}) >= {FIRST_YEAR}, false)" for read in readings.values()
    ]
    day, month = conditions[:2]
    count, *fitting, days_only, months_only = column.everywhere(
        *conditions, f"{day} and not ({month})", f"{month} and not ({day})"
    )
    if min(days_only, months_only) > 0.01 * count:
        raise FileFault(
            f"column {column.header}: {days_only:,} of {count:,} values can only be read with the "
            f"day first, such as {column.example(f'{day} and not ({month})')!a}, {months_only:,} "
            f"only with the month first, such as {column.example(f'{month} and not ({day})')!a}"
            ": nobody knows which the others are. Next: land files that write dates alike"
        )
    ranked = sorted(zip(fitting, readings, strict=True), reverse=True)
    (best, order), (second, other) = ranked[0], ranked[1]
    example = column.example("true")
    if best < 0.5 * count:
        raise _no_order(column, [])
    if second == best:
        mark = next((mark for mark in "./-" if mark in example), "/")
        year = "%Y" if re.search("[0-9]{4}", example) else "%y"
        raise FileFault(
            f"column {column.header}: every value, such as {example!a}, can be read with the "
            f"{order} and with the {other}. Next: write into shop.yml which it is, such as "
            f'`dates: "%d{mark}%m{mark}{year}"` or `dates: "%m{mark}%d{mark}{year}"`'
        )
    return readings[order], f"column {column.header}: dates are read {order}"


def _said(dates: str, text: str) -> str:
    """Return the SQL of a time as shop.yml says it is written, with any clock behind its day."""
    pattern = dates.replace("'", "''")
    day = re.split("[ ,T]*%[HIfpz]", pattern)[0]
    has_year = "%Y" in day or "%y" in day
    return _strptime(text, [pattern, *(day + clock for clock in _CLOCKS if has_year)])


def _no_order(column: Column, words: list[str]) -> FileFault:
    holds = f"column {column.header}: holds times such as {column.example('true')!a}"
    if words:
        return FileFault(
            f"{holds}, with words that are not known: {spell(words)}. Next: export the times as "
            "2024-03-31 14:05, or with the month as a number"
        )
    return FileFault(
        f"{holds}, in no order that is known. Next: write into shop.yml how they are written, such "
        'as `dates: "%d.%m.%Y %H:%M"`'
    )


def _strptime(text: str, patterns: list[str]) -> str:
    listed = ", ".join(f"'{pattern}'" for pattern in patterns)
    return f"try_strptime(trim({text}), [{listed}])"


def _of(text: str, column: str) -> str:
    """Return SQL for ``column``; other braces are those of regular expressions."""
    return text.replace("{v}", column)


def _worded(column: Column) -> tuple[str, str] | None:
    """Return how a column of times with words is read; None where the words change nothing.

    Months, days of the week and zones are known in a few languages.

    Raises:
        FileFault: the times have a zone that means several or is unknown, or cannot be read.
    """
    words = column.words(_MOST_WORDS)
    months, zones = months_in(words), zones_in(words)
    text = r"regexp_replace(lower(trim({v})), ' *\(.*\)', '', 'g')"
    text = rf"regexp_replace({text}, '([ap])[.]m[.]?', '\1m')"
    others = [word for word in words if word not in KNOWN and word not in zones]
    zones |= _zones_asked_for(column, text, others)
    text, zone, offset = without_zone(text, zones)
    [count, with_zone] = column.everywhere(f"{_of(zone, 'v')} <> '' or {_of(offset, 'v')} <> ''")
    if not months and not with_zone:
        if not column.reading.shop.dates and any(words[word] > 0.5 * count for word in others):
            raise _no_order(column, others[:10])
        return None
    if column.reading.shop.dates:
        plain, notice = _said(column.reading.shop.dates, text), ""
    elif months:
        plain = _strptime(
            *month_as_number(text, months, [word for word in words if word in FILLERS])
        )
        [count, read] = column.everywhere(f"{_of(plain, 'v')} is not null")
        if read < 0.5 * count:
            raise _no_order(column, others[:10])
        notice = f"column {column.header}: months are read by their names"
    else:
        [count, iso] = column.everywhere(f"regexp_full_match({_of(text, 'v')}, '{_ISO_LOWER}')")
        if iso >= 0.5 * count:
            plain, notice = f"try_cast(upper({text}) as timestamp)", ""
        else:
            plain, notice = _pattern(column, text)
    local = _local(f"({plain})", column)
    moment = f"case when {zone} = '' and {offset} = '' then {local} end"
    if with_zone >= 0.5 * count:
        unknown = [f"'{word}'" for word, hours in zones.items() if hours is None]
        moment = _from_utc(f"{plain} - to_minutes({minutes_ahead(zone, offset, zones)})", column)
        if unknown:
            moment = f"case when {zone} in ({', '.join(unknown)}) then {local} else {moment} end"
        moment = f"case when {zone} <> '' or {offset} <> '' then {moment} end"
        said = f"times are converted to {column.reading.business_timezone}"
        notice = f"{notice}; {said}" if notice else f"column {column.header}: {said}"
    return _of(f"({moment})", column.text), notice


def _zones_asked_for(column: Column, text: str, words: list[str]) -> dict[str, int | None]:
    """Return the words behind clocks that shop.yml's timezone says the zone of.

    Raises:
        FileFault: there are some, and shop.yml says no zone.
    """
    behind = rf"regexp_extract({text}, ':[0-9]{{2}}[^\p{{L}}]*(?:[ap]m)?[^\p{{L}}]*(\p{{L}}+)"
    behind = _of(behind + r"[^\p{L}]*$', 1)", "v")
    zones: dict[str, int | None] = {}
    for word in words:
        [count, rows] = column.everywhere(f"{behind} = '{word}'")
        if rows <= 0.01 * count:
            continue
        if column.reading.shop.timezone is None:
            example = column.example(f"{behind} = '{word}'")
            raise FileFault(
                f"column {column.header}: {rows:,} of {count:,} times end in "
                f"{spell([word.upper()])}, such as {example!a}, which names no zone or several. "
                "Next: write into shop.yml the zone of these times, such as "
                "`timezone: America/Chicago`"
            )
        zones[word] = None
    return zones
