"""The door: look at the files, read them all, judge them, replace the raw tables at once."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from analytics_assets.intake import memory, statements
from analytics_assets.intake.assign import Assigned, assign
from analytics_assets.intake.faults import FileFault, LandingError, RowsLostError, shown
from analytics_assets.intake.files import DataFile, look
from analytics_assets.intake.formats import Format, Mapped, Source, find, render
from analytics_assets.intake.report import (
    LandedTable,
    LandingReport,
    QuarantinedRows,
    StatusWord,
    share,
)
from analytics_assets.intake.returns import match_returns
from analytics_assets.intake.schema import RAW_TABLES, RawTable
from analytics_assets.intake.shop_file import ShopFile, read_shop_file
from analytics_assets.intake.stage import prepare, stage
from analytics_assets.intake.values import Reading, Typed, typed_columns


@dataclass
class _Staged:
    """One source, staged and judged."""

    format: Format
    source: Source
    files: list[DataFile]
    name: str  # of its tables: landing_<format>_<source>
    rows: int = 0
    columns: Mapping[str, Typed] = field(default_factory=dict)
    present: Mapping[str, str] = field(default_factory=dict)
    quarantined: int = 0
    left_out: int = 0
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Landing:
    """One landing under way."""

    connection: duckdb.DuckDBPyConnection
    directory: Path
    shop: ShopFile
    assigned: Assigned
    staged: Mapping[tuple[str, str], _Staged]
    landed_at: datetime.datetime
    is_demo_shop: bool


def land(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    *,
    business_timezone: str = "America/Los_Angeles",
    landed_at: datetime.datetime | None = None,
    is_demo_shop: bool = False,
) -> LandingReport:
    """Replace the raw tables by the files of ``directory``; readers see all old or all new tables.

    A row that cannot land goes to raw.quarantined_rows with its reason. Of rows with one key the
    newest is kept where they say when they were updated. customers and product_catalog are derived
    from orders and lines where no file holds them.

    Args:
        connection: outside of a transaction; its catalog receives the schema raw.
        directory: holds the files of one shop, and maybe shop.yml.
        business_timezone: times with a zone become this zone's local time.
        landed_at: local time of the landing; later orders are quarantined. Now, if None.
        is_demo_shop: whether the files are those of the demonstration shop.

    Returns:
        What landed, in numbers.

    Raises:
        LandingError: a file is missing or cannot be used, or the landing before held more; it names
            all faults, nothing has changed.
        RowsLostError: the rows do not add up; nothing has changed.
    """
    now = landed_at or datetime.datetime.now(ZoneInfo(business_timezone)).replace(tzinfo=None)
    with _cleaned_up(connection), _room():
        landing = _stage_all(connection, directory, business_timezone, now, is_demo_shop)
        with _transaction(connection):
            connection.execute("create schema if not exists raw")
            before = memory.before(connection)
            connection.execute(statements.create_quarantine())
            tables = {table.name: _land_table(landing, table) for table in RAW_TABLES.values()}
            for table in RAW_TABLES.values():
                if table.name not in landing.assigned.tables and table.name != "returns":
                    tables[table.name] = _derive(landing, table)
            if spoilt := _tables_of(landing):
                connection.execute(statements.quarantine_of_sources(spoilt))
            statuses = _statuses(landing)
            report = _report(landing, tables, statuses)
            if not is_demo_shop:
                memory.compare(connection, before, landing.shop)
            memory.remember(
                connection,
                report,
                landing.shop,
                source=str(directory),
                landed_at=now,
                is_demo_shop=is_demo_shop,
            )
        return report


def _stage_all(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    business_timezone: str,
    now: datetime.datetime,
    is_demo_shop: bool,
) -> _Landing:
    shop = read_shop_file(directory)
    files, others = look(directory, shop)
    assigned = assign(files, others, shop)
    connection.execute("set timezone = 'UTC'")
    prepare(connection)
    connection.execute(statements.create_faults())
    staged: dict[tuple[str, str], _Staged] = {}
    faults: list[str] = []
    for (format_name, source_name), of_source in assigned.sources.items():
        form = next(form for form in assigned.tables.values() if form.name == format_name)
        elements = form.sources[source_name].elements
        if elements is not None and (format_name, elements.source) not in staged:
            continue  # what they are elements of has a fault, which says more
        one = _Staged(
            form, form.sources[source_name], of_source, f"landing_{format_name}_{source_name}"
        )
        try:
            _stage(connection, one, staged, source_name)
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
            _judge(connection, one)
    if faults:
        raise LandingError(tuple(faults))
    return _Landing(connection, directory, shop, assigned, staged, now, is_demo_shop)


def _stage(
    connection: duckdb.DuckDBPyConnection,
    one: _Staged,
    staged: Mapping[tuple[str, str], _Staged],
    source_name: str,
) -> None:
    elements = one.source.elements
    if elements is not None:
        parent = staged[one.format.name, elements.source]
        connection.execute(
            statements.stage_elements(one.name, one.source, f"{parent.name}_typed", elements.column)
        )
        one.rows = _count(connection, one.name)
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
    if unused:
        one.notices.append(f"{file_name}: ignored columns: {shown(unused)}")
    if absent := [name for name in one.source.columns if name not in one.present]:
        one.notices.append(f"{file_name}: optional columns that are not there: {shown(absent)}")
    _ = source_name


def _judge(connection: duckdb.DuckDBPyConnection, one: _Staged) -> None:
    """Find the rows of a source that cannot be used, and make the view of all others, typed."""
    connection.execute(statements.find_faults(one.name, one.present, one.columns))
    faults = _count(connection, f"landing_faults where source = '{one.name}'")
    rejected = _count(connection, f"landing_rejected where source = '{one.name}'")
    one.quarantined = faults + rejected
    connection.execute(statements.typed_view(one.name, one.columns, has_faults=faults > 0))
    typed = (
        _count(connection, f"{one.name}_all")
        if one.source.leave_out
        else one.rows - one.quarantined
    )
    name = shown([file.name for file in one.files], most=3)
    for rule in one.source.leave_out:
        rows = _count(connection, f"{one.name}_all where {rule.when}")
        if rows:
            one.notices.append(
                f"{name}: {rows:,} of {one.rows:,} rows ({share(rows, one.rows)}) left out: "
                f"{rule.because}"
            )
    connection.execute(statements.used_view(one.name, [rule.when for rule in one.source.leave_out]))
    used = _count(connection, f"{one.name}_typed") if one.source.leave_out else typed
    one.left_out = typed - used
    if typed + one.quarantined != one.rows:
        raise RowsLostError(
            f"{name}: {one.rows} rows read, but {typed} typed and {one.quarantined} quarantined; "
            "the raw tables are as they were"
        )
    for column, typed_column in one.columns.items():
        if typed_column.notice:
            one.notices.append(f"{name}: {typed_column.notice}")
        if typed_column.rounded:
            rows = _count(
                connection,
                f"{one.name} where ({typed_column.rounded}) and rowid not in "
                f"(select row_id from landing_faults where source = '{one.name}')",
            )
            if rows:
                one.notices.append(f"{name}: {column}: values rounded half-up: {rows:,}")


def _land_table(landing: _Landing, table: RawTable) -> LandedTable:
    connection = landing.connection
    form = landing.assigned.tables.get(table.name)
    if form is None:
        columns = ", ".join(
            f"cast(null as {kind}) as {name}" for name, kind in table.columns.items()
        )
        old = memory.kept_rows(connection, landing.shop, table, ())
        connection.execute(f"create or replace table raw.{table.name} as select {columns} limit 0")
        kept = memory.put_back(connection, table, old)
        return LandedTable(None, 0, 0, rows_kept=kept)
    sources = _sources_of(landing, table.name)
    out = f"landing_out_{table.name}"
    mapped = _mapped(landing, form, table.name)
    sql = render(
        mapped.sql, lambda name: _relation(landing, form, name), _has(landing, form), "duckdb"
    )
    connection.execute(f"create or replace temp view {out}_given as {sql}")
    if table.name == "returns":
        match_returns(connection, f"{out}_given")
    described = [row[0] for row in connection.execute(f"describe {out}_given").fetchall()]
    repeated = _repeated(connection, f"{out}_given", table.key)
    counts_within = table.name == "order_items" and _counts_within_order(
        connection, f"{out}_given", repeated
    )
    words = {**form.statuses, **landing.shop.statuses} if table.name == "orders" else {}
    connection.execute(statements.out_view(table, out, described, words, counts_within))
    grain = f"landing_{form.name}_{mapped.needs[0]}"
    is_total_made = table.name == "order_items" and "line_total" not in {
        column for one in sources for column in one.present
    }
    has_version = "updated_at" in described or "_updated_at" in described
    connection.execute(
        statements.find_bad_rows(
            table,
            out,
            grain,
            landing.landed_at.date(),
            has_version=has_version,
            is_total_made=is_total_made,
            has_repeats=repeated > 0,
        )
    )
    bad = f"landing_bad where table_name = '{table.name}'"
    [(quarantined, superseded, repeats)] = connection.execute(
        "select count(reason), count(*) - count(reason), "
        f"count(case when is_repeat and reason is null then 1 end) from {bad}"
    ).fetchall()
    old = memory.kept_rows(connection, landing.shop, table, (out,))
    connection.execute(statements.accept(table, out, has_bad=bool(superseded + quarantined)))
    accepted = _count(connection, f"raw.{table.name}")
    mapped_rows = _count(connection, out)
    if mapped_rows != accepted + quarantined + superseded:
        raise RowsLostError(
            f"{table.name}: {mapped_rows} rows mapped, but {accepted} accepted, {quarantined} "
            f"quarantined and {superseded} superseded; the raw tables are as they were"
        )
    if quarantined:
        read = list(landing.staged[_key(grain, landing)].present)
        connection.execute(statements.quarantine_of_table(table.name, grain, read))
    kept = memory.put_back(connection, table, old)
    at_sources = sum(one.quarantined for one in sources)
    notices = [notice for one in sources for notice in one.notices]
    if repeats:
        notices.append(f"{table.name}: {repeats:,} rows dropped: exact repeats of another row")
    if superseded - repeats:
        notices.append(
            f"{table.name}: {superseded - repeats:,} of {mapped_rows:,} rows dropped: older "
            "versions of a row that was updated"
        )
    if counts_within:
        notices.append(
            "order_items: order_item_id counts within the order; landed as order_id and it, joined"
        )
    if kept:
        notices.append(f"{table.name}: {kept:,} rows of earlier landings stayed (mode: merge)")
    if table.name == "orders" and _lacks_status(landing, form):
        notices.append("orders: there is no order_status; every order counts as completed")
    return LandedTable(
        _file_names(landing, form, table.name),
        rows_read=mapped_rows + at_sources,
        rows_accepted=accepted,
        rows_quarantined=quarantined + at_sources,
        rows_superseded=superseded,
        rows_kept=kept,
        notices=tuple(notices),
    )


def _mapped(landing: _Landing, form: Format, table: str) -> Mapped:
    found = [source for name, source in landing.staged if name == form.name]
    mapped = form.mapped(table, found)
    if mapped is None:
        raise RowsLostError(f"{table} was assigned to {form.name}, which cannot make it")
    return mapped


def _file_names(landing: _Landing, form: Format, table: str) -> str:
    """Return the files that a raw table is made of."""
    names = {
        file.name: None
        for need in _mapped(landing, form, table).needs
        for file in landing.staged[form.name, need].files
    }
    return shown(list(names)) or "elements of another file"


def _lacks_status(landing: _Landing, form: Format) -> bool:
    return any(
        "order_status" in one.source.columns and "order_status" not in one.present
        for one in landing.staged.values()
        if one.format.name == form.name
    )


def _repeated(connection: duckdb.DuckDBPyConnection, rows: str, key: str) -> int:
    """Return how many rows have a key that a row before them has."""
    return _count(
        connection,
        f"(select unnest(range(count(*) - 1)) from {rows} where {key} is not null "
        f"group by {key} having count(*) > 1)",
    )


def _counts_within_order(connection: duckdb.DuckDBPyConnection, rows: str, repeated: int) -> bool:
    """Say whether order_item_id is 1, 2, 3 in each order: repeated, but hardly within one."""
    if not repeated or repeated <= 0.1 * _count(
        connection, f"{rows} where order_item_id is not null"
    ):
        return False
    [(within,)] = connection.execute(
        "select count(*) - count(distinct (order_id, order_item_id)) "
        f"from {rows} where order_item_id is not null"
    ).fetchall()
    return bool(within < 0.1 * repeated)


def _key(grain: str, landing: _Landing) -> tuple[str, str]:
    return next(key for key, one in landing.staged.items() if one.name == grain)


def _relation(landing: _Landing, form: Format, source: str) -> str:
    """Return the SQL of a source: its typed rows, or none where the shop has no such file."""
    if (form.name, source) in landing.staged:
        return f"landing_{form.name}_{source}_typed"
    return statements.no_rows(form.sources[source])


def _has(landing: _Landing, form: Format) -> Callable[[str, str], bool]:
    def has(source: str, column: str) -> bool:
        one = landing.staged.get((form.name, source))
        return one is not None and column in one.present

    return has


def _tables_of(landing: _Landing) -> dict[str, tuple[str, list[str]]]:
    """Return for each source with faults the raw table it is counted for, and its columns."""
    return {
        one.name: (table, list(one.present))
        for table in RAW_TABLES
        for one in _sources_of(landing, table)
        if one.quarantined
    }


def _sources_of(landing: _Landing, table: str) -> list[_Staged]:
    """Return the sources whose rows are counted for a raw table: each for one table only."""
    order = ("order_items", "orders", "customers", "product_catalog", "returns")
    found = []
    for one in landing.staged.values():
        name = one.name.removeprefix(f"landing_{one.format.name}_")
        tables = [
            other
            for other in order
            if landing.assigned.tables.get(other) is one.format
            and f"source('{name}')" in _mapped(landing, one.format, other).sql
        ]
        needed = [other for other in tables if name == _mapped(landing, one.format, other).needs[0]]
        if table == (needed or tables or ["order_items"])[0]:
            found.append(one)
    return found


def _derive(landing: _Landing, table: RawTable) -> LandedTable:
    make = {
        "customers": statements.derive_customers,
        "product_catalog": statements.derive_product_catalog,
    }[table.name]
    landing.connection.execute(make(table))
    rows = _count(landing.connection, f"raw.{table.name}")
    return LandedTable(
        None,
        rows,
        rows,
        notices=(f"{table.name}: no file; derived from orders and order_items",),
    )


def _statuses(landing: _Landing) -> tuple[StatusWord, ...]:
    landing.connection.execute(statements.create_statuses())
    rows = landing.connection.execute(
        "select status_word, order_status, orders, coalesce(amount, 0) from raw.shop_statuses "
        "order by orders desc, status_word"
    ).fetchall()
    return tuple(
        StatusWord(word, status, orders, Decimal(amount)) for word, status, orders, amount in rows
    )


def _report(
    landing: _Landing, tables: Mapping[str, LandedTable], statuses: tuple[StatusWord, ...]
) -> LandingReport:
    connection = landing.connection
    groups = connection.execute(statements.examples()).fetchall()
    quarantine = tuple(
        QuarantinedRows(
            table,
            file,
            column,
            rows,
            tables[table].rows_read,
            tuple(zip(numbers, values, reasons, strict=True)),
        )
        for table, file, column, rows, numbers, values, reasons in groups
    )
    newest: datetime.datetime | None
    [(first, newest)] = connection.execute(
        "select min(order_date), max(order_date) from raw.orders"
    ).fetchall()
    return LandingReport(
        landing.assigned.format.title,
        tables,
        quarantine,
        statuses,
        newest,
        first,
        landing.assigned.notices,
    )


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    [(count,)] = connection.execute(f"select count(*) from {rows}").fetchall()
    return int(count)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise LandingError((_no_room(error),)) from error
    except duckdb.IOException as error:
        if "No space left" not in str(error):
            raise
        raise LandingError((_no_room(error),)) from error


def _no_room(error: duckdb.Error) -> str:
    said = str(error).splitlines()[0]
    return (
        f"the files do not fit into memory and disk ({said}). Allowed is what fits several times "
        "over, as it is unpacked, checked and written. Next: free some disk and land again"
    )


@contextmanager
def _cleaned_up(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    try:
        yield
    finally:
        for kind, name in connection.execute(
            "select case when table_type = 'VIEW' then 'view' else 'table' end, table_name "
            "from information_schema.tables "
            "where starts_with(table_name, 'landing_') and table_catalog = 'temp'"
        ).fetchall():
            connection.execute(f"drop {kind} if exists temp.{name}")


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
