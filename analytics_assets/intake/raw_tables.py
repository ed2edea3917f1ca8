"""Sources -> raw tables: what a format makes of them, without what may not land, counted."""

from collections.abc import Callable

import duckdb

from analytics_assets.intake import memory, statements
from analytics_assets.intake.faults import RowsLostError, spell
from analytics_assets.intake.formats import Format, Mapped, render
from analytics_assets.intake.piece import count
from analytics_assets.intake.report import LandedTable, share
from analytics_assets.intake.returns import match_returns
from analytics_assets.intake.schema import RawTable
from analytics_assets.intake.sources import Landing
from analytics_assets.intake.stage import Staged
from analytics_assets.lib.warehouse.literals import literals


def land_table(landing: Landing, table: RawTable) -> LandedTable:
    """Replace one raw table by what its format makes of the sources, and count every row.

    What no file holds is derived from orders and lines, which land before, or it is empty.

    Raises:
        RowsLostError: the rows do not add up.
    """
    connection = landing.connection
    if table.name in landing.assigned.tables:
        return _of_files(landing, table, *landing.assigned.tables[table.name])
    if table.name in statements.DERIVED:
        connection.execute(statements.derive(table))
        rows = count(connection, f"raw.{table.name}")
        notice = f"{table.name}: no file; derived from orders and order_items"
        return LandedTable(None, rows, rows, notices=(notice,))
    old = memory.kept_rows(connection, landing.shop, table, None)
    described = statements.described(table.name, table.columns)
    connection.execute(f"create or replace table {described}")
    return LandedTable(None, 0, 0, rows_kept=memory.put_back(connection, table, old))


def _of_files(landing: Landing, table: RawTable, form: Format, way: Mapped) -> LandedTable:
    connection = landing.connection
    grain = landing.staged[form.name, way.needs[0]]
    out = f"landing_out_{table.name}"
    counts_within = _find_bad_rows(landing, table, form, way.sql, grain)
    [(quarantined, superseded, repeats)] = connection.execute(
        "select count(reason), count(*) - count(reason), "
        "count(case when is_repeat and reason is null then 1 end) "
        f"from landing_bad where table_name = '{table.name}'"
    ).fetchall()
    old = memory.kept_rows(connection, landing.shop, table, out)
    connection.execute(statements.accept(table, out, has_bad=bool(superseded + quarantined)))
    accepted = count(connection, f"raw.{table.name}")
    mapped = count(connection, out)
    if mapped != accepted + quarantined + superseded:
        raise RowsLostError(
            f"{table.name}: {mapped} rows mapped, but {accepted} accepted, {quarantined} "
            f"quarantined and {superseded} superseded; the raw tables are as they were"
        )
    if quarantined:
        connection.execute(
            statements.quarantine_of_table(table.name, grain.name, list(grain.present))
        )
    sources = [one for one in landing.staged.values() if _counted_for(landing, one) == table.name]
    for one in sources:
        if one.quarantined:
            connection.execute(
                statements.quarantine_of_source(table.name, one.name, list(one.present))
            )
    kept = memory.put_back(connection, table, old)
    notices = [notice for one in sources for notice in one.notices]
    notices += _dropped(table.name, mapped, superseded, repeats)
    if counts_within:
        notices.append(
            "order_items: order_item_id counts within the order; landed as order_id and it, joined"
        )
    if kept:
        notices.append(f"{table.name}: {kept:,} rows of earlier landings stayed (mode: merge)")
    if table.name == "orders":
        notices += _of_orders(landing, form, mapped)
    files = {
        file.name: None for need in way.needs for file in landing.staged[form.name, need].files
    }
    at_sources = sum(one.quarantined for one in sources)
    return LandedTable(
        spell(list(files)) or "elements of another file",
        rows_read=mapped + at_sources,
        rows_accepted=accepted,
        rows_quarantined=quarantined + at_sources,
        rows_superseded=superseded,
        rows_kept=kept,
        notices=tuple(notices),
    )


def _find_bad_rows(
    landing: Landing, table: RawTable, form: Format, sql: str, grain: Staged
) -> bool:
    """Make the view ``landing_out_<table>`` of the mapped rows, and find those that may not land.

    Returns:
        Whether they are lines whose id counts within the order.
    """
    connection, out = landing.connection, f"landing_out_{table.name}"
    given = f"{out}_given"
    select = render(sql, lambda name: _relation(landing, form, name), _has(landing, form), "duckdb")
    connection.execute(f"create or replace temp view {given} as {select}")
    if table.name == "returns":
        match_returns(connection, given)
    described = [row[0] for row in connection.execute(f"describe {given}").fetchall()]
    # Hashes are compared, which is cheaper: two keys may look like one, one never looks like two.
    [(repeated,)] = connection.execute(
        f"select count(*) - count(distinct hash({table.key})) from {given} "
        f"where {table.key} is not null"
    ).fetchall()
    is_of_lines = table.name == "order_items"
    counts_within = is_of_lines and _counts_within_order(connection, given, repeated)
    connection.execute(
        statements.out_view(
            table,
            out,
            described,
            words={**form.statuses, **landing.shop.statuses},
            guests=landing.shop.guests,
            counts_within=counts_within,
        )
    )
    connection.execute(
        statements.find_unfit(
            table,
            out,
            landing.landed_at.date(),
            is_total_made=is_of_lines and "line_total" not in grain.present,
        )
    )
    if repeated:
        connection.execute(statements.find_repeats(table, out, grain.name))
    return counts_within


def _counts_within_order(connection: duckdb.DuckDBPyConnection, rows: str, repeated: int) -> bool:
    """Say whether order_item_id is 1, 2, 3 in each order: repeated, but hardly within one."""
    # Where nothing repeats, nothing need be counted.
    if not repeated or repeated <= 0.1 * count(
        connection, f"{rows} where order_item_id is not null"
    ):
        return False
    [(within,)] = connection.execute(
        "select count(*) - count(distinct (order_id, order_item_id)) "
        f"from {rows} where order_item_id is not null"
    ).fetchall()
    return bool(within < 0.1 * repeated)


def _dropped(table: str, mapped: int, superseded: int, repeats: int) -> list[str]:
    """Return what to say of rows that are no fault and did not land."""
    said = []
    if repeats:
        said.append(f"{table}: {repeats:,} rows dropped: exact repeats of another row")
    if superseded - repeats:
        said.append(
            f"{table}: {superseded - repeats:,} of {mapped:,} rows dropped: older versions of a "
            "row that was updated"
        )
    return said


def _of_orders(landing: Landing, form: Format, rows: int) -> list[str]:
    """Return what to say of customers and statuses of the orders."""
    said = []
    if guests := landing.shop.guests:
        found = count(
            landing.connection,
            f"landing_out_orders_given where customer_id in ({literals(guests)})",
        )
        said.append(
            f"orders: {found:,} of {rows:,} ({share(found, rows)}) are of {spell(guests)}, which "
            "shop.yml calls guests: they have no customer"
        )
    if any(one.lacks_status for one in landing.staged.values() if one.format is form):
        said.append("orders: there is no order_status; every order counts as completed")
    return said


def _relation(landing: Landing, form: Format, source: str) -> str:
    """Return the SQL of a source: its typed rows, or none where the shop has no such file."""
    if (form.name, source) in landing.staged:
        return f"{landing.staged[form.name, source].name}_typed"
    return statements.no_rows(form.sources[source])


def _has(landing: Landing, form: Format) -> Callable[[str, str], bool]:
    def has(source: str, column: str) -> bool:
        one = landing.staged.get((form.name, source))
        return one is not None and column in one.present

    return has


def _counted_for(landing: Landing, one: Staged) -> str:
    """Return the raw table that the rows of a source are counted for, one only.

    It is the first that has a row for each of the source's, else the first that is made of it.
    """
    made = {
        table: landing.assigned.tables[table][1]
        for table in ("order_items", "orders", *landing.assigned.tables)
        if landing.assigned.tables[table][0] is one.format
    }
    grains = [table for table, way in made.items() if way.needs[0] == one.source_name]
    others = [table for table, way in made.items() if f"source('{one.source_name}')" in way.sql]
    return (*grains, *others, "order_items")[0]
