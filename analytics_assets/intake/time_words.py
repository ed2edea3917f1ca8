"""Words in times: months, days of the week and zones, and the SQL that makes numbers of them."""

from collections.abc import Mapping

# Months by their names in lower case, in English, German, French, Spanish, Italian and Dutch.
_MONTHS = {
    word: f"{number:02d}"
    for number, words in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen januari",
            "february feb februar febr février fevrier févr fevr fév febrero febbraio februari",
            "march mar märz maerz mär mrz mars marzo maart mrt",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag mei",
            "june jun juni juin junio giugno giu",
            "july jul juli juillet juil julio luglio lug",
            "august aug août aout agosto ago augustus",
            "september sep sept septembre septiembre settembre set",
            "october oct oktober okt octobre octubre ottobre ott",
            "november nov novembre noviembre",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre",
        ),
        1,
    )
    for word in words.split()
}
# Days of the week, and words between the parts of a time.
FILLERS = frozenset(
    word
    for words in (
        "monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri",
        "saturday sat sunday sun montag mo dienstag di mittwoch mi donnerstag do",
        "freitag fr samstag sonnabend sa sonntag so lundi lun mardi mercredi mer",
        "jeudi jeu vendredi ven samedi sam dimanche dim lunes martes miércoles mié",
        "jueves jue viernes vie sábado sáb domingo dom lunedì martedì mercoledì",
        "giovedì gio venerdì sabato sab domenica mar",
        "at um uhr à a de del of the le el il der den st nd rd th er",
    )
    for word in words.split()
)
# Hours ahead of UTC. CST, IST, BST, AST, SST mean several zones each, so they are asked for.
_ZONES = {
    "z": 0,
    **{"utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2},
    **{"eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9, "awst": 8, "aest": 10, "aedt": 11},
    **{"nzst": 12, "nzdt": 13, "sgt": 8, "hkt": 8, "brt": -3},
    **{"edt": -4, "est": -5, "cdt": -5, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8},
    **{"akdt": -8, "akst": -9, "hst": -10},
}
_DAYS_WITH_WORDS = ("%d #%m %y", "%d #%m %Y", "#%m %d %y", "#%m %d %Y", "%Y #%m %d")
KNOWN = frozenset({*_MONTHS, *FILLERS, "am", "pm", "a", "p", "m", "t", "h"})


def months_in(words: Mapping[str, int]) -> dict[str, str]:
    """Return the months that are among the words, each with its number."""
    months = {word: _MONTHS[word] for word in words if word in _MONTHS}
    if months.keys() & {"mars", "marzo"}:
        months.pop("mar", None)  # mardi, martes
    return months


def zones_in(words: Mapping[str, int]) -> dict[str, int | None]:
    """Return the zones that are among the words, each with its hours ahead of UTC."""
    zones: dict[str, int | None] = {word: _ZONES[word] for word in words if word in _ZONES}
    # These mean one zone where its other name stands beside them.
    if "cdt" in words and "cst" in words:
        zones["cst"] = -6
    if "gmt" in words and "bst" in words:
        zones["bst"] = 1
    return zones


def without_zone(text: str, zones: Mapping[str, int | None]) -> tuple[str, str, str]:
    """Return the SQL of a time without its zone, of the zone's word and of the hours behind it."""
    named = "|".join(sorted(zones, key=len, reverse=True)) or "utc"
    clock = "(:[0-9]{2}(?:[.][0-9]+)?(?: ?[ap]m)?)"
    end = rf"{clock} *({named})? *([+-][0-9]{{1,2}}(?::?[0-9]{{2}})?)?$"
    return (
        rf"regexp_replace({text}, '{end}', '\1')",
        f"regexp_extract({text}, '{end}', 2)",
        f"regexp_extract({text}, '{end}', 3)",
    )


def minutes_ahead(zone: str, offset: str, zones: Mapping[str, int | None]) -> str:
    """Return the SQL of how many minutes a time is ahead of UTC."""
    named = " ".join(f"when '{word}' then {60 * (hours or 0)}" for word, hours in zones.items())
    hours = f"coalesce(try_cast(regexp_extract({offset}, '^[+-][0-9]{{1,2}}') as integer), 0)"
    minutes = f"regexp_extract({offset}, '^[+-][0-9]{{1,2}}:?([0-9]{{2}})$', 1)"
    sign = f"case when starts_with({offset}, '-') then -1 else 1 end"
    by_word = f"case {zone} {named} else 0 end" if named else "0"
    return f"{by_word} + {hours} * 60 + {sign} * coalesce(try_cast({minutes} as integer), 0)"


def month_as_number(
    text: str, months: Mapping[str, str], fillers: list[str]
) -> tuple[str, list[str]]:
    """Return the SQL of a time whose month is a number, and the patterns that it may then have."""
    named = "|".join(sorted(months, key=len, reverse=True))
    month = rf"(^|[^\p{{L}}])({named})([^\p{{L}}]|$)"
    cases = " ".join(f"when '{word}' then '{number}'" for word, number in months.items())
    number = f"case regexp_extract({text}, '{month}', 2) {cases} end"
    plain = rf"replace(regexp_replace({text}, '{month}', '\1#\3'), '#', '#' || {number} || ' ')"
    plain = rf"regexp_replace({plain}, '(:[0-9]{{2}})[.][0-9]+', '\1')"
    plain = rf"regexp_replace({plain}, '([0-9])h([0-9]{{2}})', '\1:\2')"
    plain = rf"regexp_replace({plain}, '([0-9])([ap]m)', '\1 \2')"
    if fillers:
        filler = rf"(^|[^\p{{L}}])(?:{'|'.join(fillers)})([^\p{{L}}]|$)"
        for _ in range(2):  # what stands between two words is found once
            plain = rf"regexp_replace({plain}, '{filler}', '\1 \2', 'g')"
    plain = rf"trim(regexp_replace({plain}, '[\s\x{{A0}},./-]+', ' ', 'g'))"
    clocks = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
    patterns = [day + clock for day in _DAYS_WITH_WORDS for clock in clocks]
    patterns += [
        "#%m %d %H:%M:%S %Y",
        *(f"{clock[1:]} {day}" for day in patterns[:6:5] for clock in clocks[1:]),
    ]
    return plain, patterns
