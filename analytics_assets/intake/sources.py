"""The sources of a landing: their files read as text, and every row judged."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analytics_assets.intake import statements
from analytics_assets.intake.assign import Assigned, assign
from analytics_assets.intake.faults import FileFault, LandingError, RowsLostError, spell
from analytics_assets.intake.files import look, words_of_no_sale
from analytics_assets.intake.formats import Elements, find, plain, same
from analytics_assets.intake.piece import count
from analytics_assets.intake.report import share
from analytics_assets.intake.shop_file import NAME, ShopFile, read_shop_file
from analytics_assets.intake.stage import Staged, stage
from analytics_assets.intake.typed import Reading
from analytics_assets.intake.values import MONEY, typed_columns
from analytics_assets.intake.whole_orders import exported_again, require_agreement


@dataclass(frozen=True)
class Landing:
    """One landing under way.

    Attributes:
        connection: where its tables are.
        shop: the settings beside the files.
        assigned: what was recognised.
        staged: by format and source name, what was read.
        landed_at: the local time of the landing.
    """

    connection: duckdb.DuckDBPyConnection
    shop: ShopFile
    assigned: Assigned
    staged: Mapping[tuple[str, str], Staged]
    landed_at: datetime.datetime


def stage_all(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    business_timezone: str,
    now: datetime.datetime,
) -> Landing:
    """Read every file of a folder as text, and judge every row by the rules of its columns.

    Raises:
        LandingError: a file is missing or cannot be used; it names all faults.
    """
    shop = read_shop_file(directory)
    files, others = look(directory, shop)
    assigned = assign(files, others, shop)
    if unknown := _unknown_cents(shop, assigned):
        raise LandingError((unknown,))
    connection.execute("set timezone = 'UTC'")
    connection.execute(statements.prepare())
    staged: dict[tuple[str, str], Staged] = {}
    faults: list[str] = []
    for form, name, of_source in assigned.sources:
        one = Staged(form, name, of_source)
        elements = one.source.elements
        if elements is not None and (form.name, elements.source) not in staged:
            continue  # what they are elements of has a fault, which says more
        reading = Reading(
            shop,
            business_timezone,
            form.keeps_offset,
            is_text=all(file.is_text for file in of_source),
        )
        try:
            if elements is None:
                _stage_files(connection, one)
            else:
                _stage_elements(connection, one, elements, staged[form.name, elements.source])
            one.columns = typed_columns(connection, one, reading)
            staged[form.name, name] = one
            if not faults:
                _judge(connection, one)
        except FileFault as fault:
            faults.extend(fault.faults)
    if faults:
        raise LandingError(tuple(faults))
    return Landing(connection, shop, assigned, staged, now)


def _unknown_cents(shop: ShopFile, assigned: Assigned) -> str:
    """Return what is wrong with the columns that shop.yml calls cents; empty where nothing is."""
    if isinstance(shop.cents, bool):
        return ""
    amounts = {}
    for form, source_name, files in assigned.sources:
        source = form.sources[source_name]
        headers = [find(source, file.headers) for file in files]
        for name, column in source.columns.items():
            if column.kind not in MONEY:
                continue
            for file, places in zip(files, headers, strict=True):
                if name in places:
                    amounts[file.headers[places[name][0]]] = name
            if source.elements is not None:
                amounts[name] = name
    known = same(amounts) | same(amounts.values())
    unknown = [name for name in shop.cents if plain(name) not in known]
    if not unknown:
        return ""
    return (
        f"{NAME}: cents: {spell(unknown)}: no column of amounts in the files. Next: write those "
        f"that are in cents, of {spell(list(amounts))}, or `cents: true` for all"
    )


def _stage_elements(
    connection: duckdb.DuckDBPyConnection, one: Staged, elements: Elements, parent: Staged
) -> None:
    """Stage the elements of the arrays that a column of another source holds."""
    connection.execute(
        statements.stage_elements(one.name, one.source, f"{parent.name}_typed", elements.column)
    )
    one.rows = count(connection, one.name)
    connection.execute(
        "insert into landing_files values (?, ?, 0, ?)",
        [one.name, f"{parent.file_names}: {elements.column}", one.rows],
    )
    one.present = {name: f"{elements.column}.{name}" for name in one.source.columns}


def _stage_files(connection: duckdb.DuckDBPyConnection, one: Staged) -> None:
    """Stage all files of a source, and say which columns and lines were of no use."""
    columns = one.source.columns
    places = [(file, find(one.source, file.headers)) for file in one.files]
    one.present = {
        name: "-".join(file.headers[place] for place in at)
        for file, found in places
        for name, at in found.items()
    }
    between = {name: " " if columns[name].kind == "time" else "-" for name in one.present}
    one.rows = stage(connection, one.name, places, between)
    one.notices += [
        f"{file.name}: lines before the header, left out: {file.preamble}"
        for file in one.files
        if file.preamble
    ]
    used = {place for _, found in places for at in found.values() for place in at}
    headers = one.files[0].headers
    if unused := [header for place, header in enumerate(headers) if place not in used]:
        one.notices.append(f"{one.file_names}: ignored columns: {spell(unused)}")
    if absent := [name for name in columns if name not in one.present]:
        one.notices.append(
            f"{one.file_names}: optional columns that are not there: {spell(absent)}"
        )
    if one.lacks_status:
        one.warnings += [
            f"{file.name}: there is no order_status, but the ignored column {header!a} says "
            f"{word!a} in {rows:,} of the first {looked:,} rows, which count as sales. Next: name "
            "it order_status, or leave these rows out"
            for file, found in places
            for header, word, rows, looked in words_of_no_sale(
                file, {place for at in found.values() for place in at}
            )
        ]


def _judge(connection: duckdb.DuckDBPyConnection, one: Staged) -> None:
    """Find the rows of a source that cannot be used, and make the view of all others, typed."""
    connection.execute(statements.find_faults(one.name, one.present, one.columns))
    faults = count(connection, f"landing_faults where source = '{one.name}'")
    one.quarantined = faults + count(connection, f"landing_rejected where source = '{one.name}'")
    connection.execute(statements.typed_view(one.name, one.columns, has_faults=faults > 0))
    typed = count(connection, f"{one.name}_all")
    if typed + one.quarantined != one.rows:
        raise RowsLostError(
            f"{one.file_names}: {one.rows} rows read, but {typed} typed and {one.quarantined} "
            "quarantined; the raw tables are as they were"
        )
    left_out = [*one.source.leave_out, *exported_again(connection, one)]
    for rule in left_out:
        rows = count(connection, f"{one.name}_all where {rule.when}")
        if rows:
            one.notices.append(
                f"{one.file_names}: {rows:,} of {one.rows:,} rows ({share(rows, one.rows)}) left "
                f"out: {rule.because}"
            )
    connection.execute(statements.used_view(one.name, [rule.when for rule in left_out]))
    require_agreement(connection, one)
    one.notices += [
        f"{one.file_names}: {column.notice}" for column in one.columns.values() if column.notice
    ]
    one.notices += [
        f"{one.file_names}: {column}: values rounded half-up: {rows:,}"
        for column, rows in _rounded(connection, one, has_faults=faults > 0).items()
    ]


def _rounded(
    connection: duckdb.DuckDBPyConnection, one: Staged, *, has_faults: bool
) -> dict[str, int]:
    """Return how many values of each column are not exactly what was read, where there are any."""
    conditions = {name: typed.rounded for name, typed in one.columns.items() if typed.rounded}
    if not conditions:
        return {}
    counts = ", ".join(f"count(case when {rounded} then 1 end)" for rounded in conditions.values())
    faults = f"(select row_id from landing_faults where source = '{one.name}')"
    where = f"where rowid not in {faults}" if has_faults else ""
    [found] = connection.execute(f"select {counts} from {one.name} {where}").fetchall()
    return {name: rows for name, rows in zip(conditions, found, strict=True) if rows}
