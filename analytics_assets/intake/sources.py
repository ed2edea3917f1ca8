"""The sources of a landing: their files read as text, and every row judged."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analytics_assets.intake import statements
from analytics_assets.intake.assign import Assigned, assign
from analytics_assets.intake.faults import FileFault, LandingError, RowsLostError, shown
from analytics_assets.intake.files import look, words_of_no_sale
from analytics_assets.intake.formats import find, plain, same
from analytics_assets.intake.piece import count
from analytics_assets.intake.report import share
from analytics_assets.intake.shop_file import NAME, ShopFile, read_shop_file
from analytics_assets.intake.stage import Staged, prepare, stage
from analytics_assets.intake.typed import Reading
from analytics_assets.intake.values import MONEY, typed_columns
from analytics_assets.intake.whole_orders import exported_again, require_agreement


@dataclass(frozen=True)
class Landing:
    """One landing under way."""

    connection: duckdb.DuckDBPyConnection
    directory: Path
    shop: ShopFile
    assigned: Assigned
    staged: Mapping[tuple[str, str], Staged]
    landed_at: datetime.datetime
    is_demo_shop: bool


def stage_all(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    business_timezone: str,
    now: datetime.datetime,
    is_demo_shop: bool,
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
    prepare(connection)
    connection.execute(statements.create_faults())
    staged: dict[tuple[str, str], Staged] = {}
    faults: list[str] = []
    for (format_name, source_name), of_source in assigned.sources.items():
        form = next(form for form in assigned.tables.values() if form.name == format_name)
        elements = form.sources[source_name].elements
        if elements is not None and (format_name, elements.source) not in staged:
            continue  # what they are elements of has a fault, which says more
        one = Staged(
            form, form.sources[source_name], of_source, f"landing_{format_name}_{source_name}"
        )
        try:
            _stage(connection, one, staged)
            reading = Reading(
                shop,
                business_timezone,
                form.keeps_offset,
                is_text=all(file.is_text for file in of_source),
            )
            one.columns = typed_columns(connection, one.name, one.source, one.present, reading)
        except FileFault as fault:
            names = shown([file.name for file in of_source], most=3) or source_name
            faults.extend(
                text if not text.startswith("column ") else f"{names}: {text}"
                for text in fault.faults
            )
            continue
        staged[format_name, source_name] = one
        if not faults:
            try:
                _judge(connection, one)
            except FileFault as fault:
                faults.extend(fault.faults)
    if faults:
        raise LandingError(tuple(faults))
    return Landing(connection, directory, shop, assigned, staged, now, is_demo_shop)


def _unknown_cents(shop: ShopFile, assigned: Assigned) -> str:
    """Return what is wrong with the columns that shop.yml calls cents; empty where nothing is."""
    if isinstance(shop.cents, bool):
        return ""
    amounts = {}
    for (format_name, source_name), files in assigned.sources.items():
        form = next(form for form in assigned.tables.values() if form.name == format_name)
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
        f"{NAME}: cents: {shown(unknown)}: no column of amounts in the files. Next: write those "
        f"that are in cents, of {shown(list(amounts))}, or `cents: true` for all"
    )


def _stage(
    connection: duckdb.DuckDBPyConnection,
    one: Staged,
    staged: Mapping[tuple[str, str], Staged],
) -> None:
    elements = one.source.elements
    if elements is not None:
        parent = staged[one.format.name, elements.source]
        connection.execute(
            statements.stage_elements(one.name, one.source, f"{parent.name}_typed", elements.column)
        )
        one.rows = count(connection, one.name)
        file_name = f"{shown([file.name for file in parent.files], most=3)}: {elements.column}"
        connection.execute(
            "insert into landing_files values (?, ?, 0, ?)", [one.name, file_name, one.rows]
        )
        one.present = {name: f"{elements.column}.{name}" for name in one.source.columns}
        return
    places = [(file, find(one.source, file.headers)) for file in one.files]
    one.present = {
        name: "-".join(file.headers[place] for place in at)
        for file, found in places
        for name, at in found.items()
    }
    between = {
        name: " " if column.kind == "time" else "-"
        for name, column in one.source.columns.items()
        if name in one.present
    }
    one.rows = stage(connection, one.name, one.name, places, between)
    used = {place for _, found in places for at in found.values() for place in at}
    headers = one.files[0].headers
    unused = [header for place, header in enumerate(headers) if place not in used]
    file_name = shown([file.name for file in one.files], most=3)
    one.notices += [
        f"{file.name}: lines before the header, left out: {file.preamble}"
        for file in one.files
        if file.preamble
    ]
    if unused:
        one.notices.append(f"{file_name}: ignored columns: {shown(unused)}")
    if "order_status" in one.source.columns and "order_status" not in one.present:
        one.warnings += [
            f"{file.name}: there is no order_status, but the ignored column {header!a} says "
            f"{word!a} in {rows:,} of the first {looked:,} rows, which count as sales. Next: name "
            "it order_status, or leave these rows out"
            for file, found in places
            for header, word, rows, looked in words_of_no_sale(
                file, {place for at in found.values() for place in at}
            )
        ]
    if absent := [name for name in one.source.columns if name not in one.present]:
        one.notices.append(f"{file_name}: optional columns that are not there: {shown(absent)}")


def _judge(connection: duckdb.DuckDBPyConnection, one: Staged) -> None:
    """Find the rows of a source that cannot be used, and make the view of all others, typed."""
    connection.execute(statements.find_faults(one.name, one.present, one.columns))
    faults = count(connection, f"landing_faults where source = '{one.name}'")
    rejected = count(connection, f"landing_rejected where source = '{one.name}'")
    one.quarantined = faults + rejected
    connection.execute(statements.typed_view(one.name, one.columns, has_faults=faults > 0))
    name = shown([file.name for file in one.files], most=3)
    left_out = [*one.source.leave_out, *exported_again(connection, one)]
    typed = count(connection, f"{one.name}_all") if left_out else one.rows - one.quarantined
    for rule in left_out:
        rows = count(connection, f"{one.name}_all where {rule.when}")
        if rows:
            one.notices.append(
                f"{name}: {rows:,} of {one.rows:,} rows ({share(rows, one.rows)}) left out: "
                f"{rule.because}"
            )
    connection.execute(statements.used_view(one.name, [rule.when for rule in left_out]))
    require_agreement(connection, one, name)
    used = count(connection, f"{one.name}_typed") if left_out else typed
    one.left_out = typed - used
    if typed + one.quarantined != one.rows:
        raise RowsLostError(
            f"{name}: {one.rows} rows read, but {typed} typed and {one.quarantined} quarantined; "
            "the raw tables are as they were"
        )
    one.notices += [f"{name}: {typed.notice}" for typed in one.columns.values() if typed.notice]
    one.notices += [
        f"{name}: {column}: values rounded half-up: {rows:,}"
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
