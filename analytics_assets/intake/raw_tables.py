"""Sources -> raw tables: what a format makes of them, without what may not land, counted."""

from collections.abc import Callable

import duckdb

from analytics_assets.intake import memory, statements
from analytics_assets.intake.faults import RowsLostError, shown
from analytics_assets.intake.formats import Format, Mapped, render
from analytics_assets.intake.piece import count
from analytics_assets.intake.report import LandedTable, share
from analytics_assets.intake.returns import match_returns
from analytics_assets.intake.schema import RAW_TABLES, RawTable
from analytics_assets.intake.sources import Landing
from analytics_assets.intake.stage import Staged
from analytics_assets.lib.warehouse.literals import literals


def land_table(landing: Landing, table: RawTable) -> LandedTable:
    """Replace one raw table by what its format makes of the sources, and count every row.

    Raises:
        RowsLostError: the rows do not add up.
    """
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
    repeated = _repeated(connection, f"{out}_given", table.key())
    counts_within = table.name == "order_items" and _counts_within_order(
        connection, f"{out}_given", repeated
    )
    words = {**form.statuses, **landing.shop.statuses} if table.name == "orders" else {}
    connection.execute(
        statements.out_view(
            table,
            out,
            described,
            words=words,
            guests=landing.shop.guests,
            counts_within=counts_within,
        )
    )
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
    accepted = count(connection, f"raw.{table.name}")
    mapped_rows = count(connection, out)
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
    if table.name == "orders" and landing.shop.guests:
        notices.append(_of_guests(landing, f"{out}_given", mapped_rows))
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


def _mapped(landing: Landing, form: Format, table: str) -> Mapped:
    found = [source for name, source in landing.staged if name == form.name]
    mapped = form.mapped(table, found)
    if mapped is None:
        raise RowsLostError(f"{table} was assigned to {form.name}, which cannot make it")
    return mapped


def _file_names(landing: Landing, form: Format, table: str) -> str:
    """Return the files that a raw table is made of."""
    names = {
        file.name: None
        for need in _mapped(landing, form, table).needs
        for file in landing.staged[form.name, need].files
    }
    return shown(list(names)) or "elements of another file"


def _of_guests(landing: Landing, orders: str, rows: int) -> str:
    guests = landing.shop.guests
    found = count(landing.connection, f"{orders} where customer_id in ({literals(guests)})")
    return (
        f"orders: {found:,} of {rows:,} ({share(found, rows)}) are of {shown(guests)}, which "
        "shop.yml calls guests: they have no customer"
    )


def _lacks_status(landing: Landing, form: Format) -> bool:
    return any(
        "order_status" in one.source.columns and "order_status" not in one.present
        for one in landing.staged.values()
        if one.format.name == form.name
    )


def _repeated(connection: duckdb.DuckDBPyConnection, rows: str, key: str) -> int:
    """Return how many rows have a key that a row before them has.

    Hashes are compared, which is cheaper: two keys may look like one, one never looks like two.
    """
    [(repeated,)] = connection.execute(
        f"select count(*) - count(distinct hash({key})) from {rows} where {key} is not null"
    ).fetchall()
    return int(repeated)


def _counts_within_order(connection: duckdb.DuckDBPyConnection, rows: str, repeated: int) -> bool:
    """Say whether order_item_id is 1, 2, 3 in each order: repeated, but hardly within one."""
    if not repeated or repeated <= 0.1 * count(
        connection, f"{rows} where order_item_id is not null"
    ):
        return False
    [(within,)] = connection.execute(
        "select count(*) - count(distinct (order_id, order_item_id)) "
        f"from {rows} where order_item_id is not null"
    ).fetchall()
    return bool(within < 0.1 * repeated)


def _key(grain: str, landing: Landing) -> tuple[str, str]:
    return next(key for key, one in landing.staged.items() if one.name == grain)


def _relation(landing: Landing, form: Format, source: str) -> str:
    """Return the SQL of a source: its typed rows, or none where the shop has no such file."""
    if (form.name, source) in landing.staged:
        return f"landing_{form.name}_{source}_typed"
    return statements.no_rows(form.sources[source])


def _has(landing: Landing, form: Format) -> Callable[[str, str], bool]:
    def has(source: str, column: str) -> bool:
        one = landing.staged.get((form.name, source))
        return one is not None and column in one.present

    return has


def tables_of(landing: Landing) -> dict[str, tuple[str, list[str]]]:
    """Return for each source with faults the raw table it is counted for, and its columns."""
    return {
        one.name: (table, list(one.present))
        for table in RAW_TABLES
        for one in _sources_of(landing, table)
        if one.quarantined
    }


def _sources_of(landing: Landing, table: str) -> list[Staged]:
    """Return the sources whose rows are counted for a raw table: each for one table only."""
    order = (
        *("order_items", "orders", "customers", "product_catalog"),
        *("returns", "exchange_rates"),
    )
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


def derive(landing: Landing, table: RawTable) -> LandedTable:
    """Make customers or the catalogue of the orders and lines that landed."""
    make = {
        "customers": statements.derive_customers,
        "product_catalog": statements.derive_product_catalog,
    }[table.name]
    landing.connection.execute(make(table))
    rows = count(landing.connection, f"raw.{table.name}")
    return LandedTable(
        None,
        rows,
        rows,
        notices=(f"{table.name}: no file; derived from orders and order_items",),
    )
