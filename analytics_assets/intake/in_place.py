"""A format's tables read where a connector put them in Snowflake, by the mapping of its files.

What a landing of files does beside the mapping it does not do: no row is quarantined and none is
taken for a newer version of another. A text that is no number becomes NULL, and the checks say so.
"""

from collections.abc import Callable, Mapping
from typing import cast

from sqlglot import exp, parse_one

from analytics_assets.errors import AnalyticsError
from analytics_assets.intake.formats import SQL_TYPES, Format, Kind, find, render
from analytics_assets.lib.warehouse.literals import literal

# Table name -> column name -> type, as Snowflake has them, but names of tables in lower case.
Found = Mapping[str, Mapping[str, str]]

_SEMI_STRUCTURED = ("VARIANT", "OBJECT", "ARRAY")


class SourceTablesError(AnalyticsError):
    """The connector's tables do not make orders and lines; the message says what is missing."""


def selects(
    form: Format, found: Found, place: str, columns: Mapping[str, Mapping[str, str]], timezone: str
) -> dict[str, str]:
    """Return the SELECT of each raw table that the connector's tables suffice for.

    Args:
        form: the format.
        found: the tables and views that are there.
        place: their database and schema.
        columns: raw table -> column -> SQL type; what the format has not is NULL.
        timezone: the business's; moments become its local time.

    Raises:
        SourceTablesError: orders or their lines cannot be made.
    """
    sources = {
        name: _relation(form, name, found, place, timezone)
        for name in form.sources
        if not _missing(form, name, found)
    }
    made = {}
    for table, types in columns.items():
        mapped = form.mapped(table, sources)
        if mapped is None:
            continue
        sql = render(mapped.sql, sources.__getitem__, _has(form, found), "snowflake")
        query = cast("exp.Query", parse_one(sql, dialect="snowflake"))
        given = {name.lower() for name in query.named_selects}
        listed = ", ".join(
            f"cast({name if name in given else 'null'} as {kind}) as {name}"
            for name, kind in types.items()
        )
        made[table] = f"select {listed} from (\n{sql}\n) as mapped"
    lacking = {
        name: _missing(form, name, found)
        for table in ("orders", "order_items")
        if table not in made
        for way in form.tables[table]
        for name in way.needs
        if name not in sources
    }
    if lacking:
        needs = "; ".join(f"{name}: {', '.join(what)}" for name, what in lacking.items())
        raise SourceTablesError(
            f"{place} must hold {form.title} (got no {needs}). Next: look at "
            "SNOWFLAKE_SOURCE_DATABASE, SNOWFLAKE_SOURCE_SCHEMA and SNOWFLAKE_SOURCE_FORMAT, and "
            "grant the role select on all tables there"
        )
    return made


def _missing(form: Format, name: str, found: Found) -> list[str]:
    """Return what a source lacks: the table, or the columns that are never empty."""
    source = form.sources[name]
    if source.elements:
        return _missing(form, source.elements.source, found)
    if name not in found:
        return [f"table {name}"]
    there = find(source, list(found[name]))
    filled = [column for column, described in source.columns.items() if described.filled]
    lacking = [f"column {column}" for column in filled if column not in there]
    choices = [needed.split("|") for needed in source.needed]
    return lacking + [
        f"column {' or '.join(choice)}" for choice in choices if not there.keys() & set(choice)
    ]


def _has(form: Format, found: Found) -> Callable[[str, str], bool]:
    def has(source: str, column: str) -> bool:
        return column in find(form.sources[source], list(found[source]))

    return has


def _relation(form: Format, name: str, found: Found, place: str, timezone: str) -> str:
    """Return a source as a subquery: every declared column, typed, NULL where it is not there."""
    source = form.sources[name]
    if source.elements:
        parent = _relation(form, source.elements.source, found, place, timezone)
        typed = []
        for column, described in source.columns.items():
            path = described.path or column
            if path.startswith("parent."):
                value = f"parent.{path.removeprefix('parent.')}"
                typed.append(f"{value} as {column}")
            else:
                value = f"cast(get_path(element.value, {literal(path)}) as varchar)"
                typed.append(f"{_typed(value, 'VARCHAR', described.kind, timezone)} as {column}")
        array = f"try_parse_json(parent.{source.elements.column})"
        return (
            f"(\nselect {', '.join(typed)}, parent._row\nfrom {parent} as parent,\n"
            f"lateral flatten(input => {array}) as element\n)"
        )
    types = found[name]
    places = find(source, list(types))
    names = list(types)
    typed = []
    for column, described in source.columns.items():
        if column in places:
            # Of joined headers there are none in the formats of connectors.
            physical = names[places[column][0]]
            value = _typed(_quoted(physical), types[physical], described.kind, timezone)
        else:
            value = f"cast(null as {SQL_TYPES[described.kind]})"
        typed.append(f"{value} as {column}")
    relation = f"{place}.{_quoted(name.upper())}"
    rows = f"select {', '.join(typed)}, cast(null as bigint) as _row from {relation}"
    if not source.leave_out:
        return f"(\n{rows}\n)"
    kept = " and ".join(f"not coalesce({out.when}, false)" for out in source.leave_out)
    return f"(\nselect * from (\n{rows}\n) as every_row where {kept}\n)"


def _typed(value: str, found: str, kind: Kind, timezone: str) -> str:
    """Return a column of a connector's table as a value of its kind."""
    family = found.upper().partition("(")[0]
    text = f"to_json({value})" if family in _SEMI_STRUCTURED else f"cast({value} as varchar)"
    filled = f"nullif(trim({text}), '')"
    match kind:
        case "id":
            return f"nullif(trim(regexp_replace({text}, '^gid://.*/', '')), '')"
        case "text" | "email" | "json":
            return filled
        case "flag":
            return value if family == "BOOLEAN" else f"try_cast({filled} as boolean)"
        case "time" | "day":
            if family in ("TIMESTAMP_NTZ", "DATE"):
                moment = value
            else:
                with_zone = (
                    value if family.startswith("TIMESTAMP") else f"to_timestamp_tz({filled})"
                )
                moment = f"convert_timezone({literal(timezone)}, {with_zone})"
            return f"cast({moment} as {'timestamp_ntz' if kind == 'time' else 'date'})"
        case _:
            return f"try_cast({filled} as {SQL_TYPES[kind]})"


def _quoted(name: str) -> str:
    """Return a name as Snowflake keeps it: ORDER is a word of its grammar."""
    return '"' + name.replace('"', '""') + '"'
