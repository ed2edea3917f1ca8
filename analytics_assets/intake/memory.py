"""What the database remembers of landings: whose shop it holds, and what was there before."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from analytics_assets.intake import statements
from analytics_assets.intake.faults import LandingError
from analytics_assets.intake.report import LandingReport, share
from analytics_assets.intake.schema import RawTable
from analytics_assets.intake.shop_file import ShopFile


@dataclass(frozen=True)
class Before:
    """The landing before this one: when it was, and what its shop held."""

    landed_at: datetime.datetime
    orders: int
    amount: Decimal
    days: frozenset[datetime.date]


def holds_real_shop(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether the raw tables hold a shop that is not known to be the demonstration shop."""
    if not _exists(connection, "orders"):
        return False
    [(orders,)] = connection.execute("select count(*) from raw.orders").fetchall()
    if not orders:
        return False
    if not _exists(connection, "landings"):
        return True
    last = connection.execute(
        "select is_demo_shop from raw.landings order by landed_at desc limit 1"
    ).fetchall()
    return not (last and last[0][0])


def last_source(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return the folder of the newest landing, or None where none is remembered."""
    if not _exists(connection, "landings"):
        return None
    last = connection.execute(
        "select source from raw.landings order by landed_at desc limit 1"
    ).fetchall()
    return str(last[0][0]) if last else None


def before(connection: duckdb.DuckDBPyConnection) -> Before | None:
    """Return what the shop's last landing left, or None where there was none."""
    if not _exists(connection, "landings") or not _exists(connection, "orders"):
        return None
    last = connection.execute(
        "select landed_at, is_demo_shop from raw.landings order by landed_at desc limit 1"
    ).fetchall()
    if not last or last[0][1]:
        return None
    [(orders, amount)] = connection.execute(
        "select count(*), coalesce(sum(total_amount), 0) from raw.orders"
    ).fetchall()
    days = connection.execute("select distinct cast(order_date as date) from raw.orders").fetchall()
    return Before(last[0][0], orders, amount, frozenset(day for (day,) in days))


def compare(connection: duckdb.DuckDBPyConnection, last: Before | None, shop: ShopFile) -> None:
    """Refuse a landing that holds less than the one before.

    Raises:
        LandingError: orders or days are gone, and shop.yml does not allow it.
    """
    if last is None or shop.allow_fewer_orders or shop.mode == "merge":
        return
    [(orders, amount)] = connection.execute(
        "select count(*), coalesce(sum(total_amount), 0) from raw.orders"
    ).fetchall()
    days = connection.execute("select distinct cast(order_date as date) from raw.orders").fetchall()
    gone = sorted(last.days - {day for (day,) in days})
    if orders >= last.orders and not gone:
        return
    fewer = last.orders - orders
    parts = []
    if fewer > 0:
        parts.append(
            f"{fewer:,} of {last.orders:,} orders ({share(fewer, last.orders)}) are gone, "
            f"{last.amount:,.2f} became {amount:,.2f}"
        )
    if gone:
        parts.append(
            f"{len(gone):,} of {len(last.days):,} days with orders are gone "
            f"({gone[0]} to {gone[-1]})"
        )
    raise LandingError(
        (
            f"since the landing of {last.landed_at:%Y-%m-%d %H:%M} {'; '.join(parts)}. Next: if "
            "the files hold only a part, such as one day, write `mode: merge` into shop.yml; if "
            "those orders are rightly gone, write `allow_fewer_orders: true`",
        )
    )


def remember(
    connection: duckdb.DuckDBPyConnection,
    report: LandingReport,
    shop: ShopFile,
    *,
    source: str,
    landed_at: datetime.datetime,
    is_demo_shop: bool,
) -> None:
    """Add this landing to raw.landings."""
    connection.execute(statements.create_landings())
    tables = report.tables.values()
    connection.execute(
        """
        insert into raw.landings
        select ?, ?, ?, ?, ?, count(*), (select count(*) from raw.order_items),
            count(distinct cast(order_date as date)), cast(sum(total_amount) as decimal(18,2)),
            cast(min(order_date) as date), cast(max(order_date) as date), ?, ?, ?, ?
        from raw.orders
        """,
        [
            landed_at,
            source,
            is_demo_shop,
            report.format,
            shop.mode,
            sum(table.rows_quarantined for table in tables),
            sum(table.rows_superseded for table in tables),
            shop.currency,
            shop.customers_by,
        ],
    )


def kept_rows(
    connection: duckdb.DuckDBPyConnection,
    shop: ShopFile,
    table: RawTable,
    out: tuple[str, ...],
) -> str | None:
    """With ``mode: merge``, set aside the rows of the raw table that this landing does not replace.

    Rows of known keys are replaced, lines with their order; a row that was updated later than the
    one that comes stays.

    Returns:
        The temporary table they are in, or None where nothing is kept.

    Raises:
        LandingError: the raw table was made with other columns.
    """
    if shop.mode != "merge" or not _exists(connection, table.name):
        return None
    described = connection.execute(f"describe raw.{table.name}").fetchall()
    if {name: kind for name, kind, *_ in described} != dict(table.columns):
        raise LandingError(
            (
                f"raw.{table.name} was landed by another version, with other columns. Next: land "
                "all files once with `mode: full`",
            )
        )
    kept = f"landing_kept_{table.name}"
    where = ""
    if out:
        lines = table.name == "order_items"
        came, old = (
            ("came.order_id", "old.order_id") if lines else map(table.key, ("came.", "old."))
        )
        source = "landing_out_orders" if lines else out[0]
        bad = (
            ""
            if lines
            else (
                f" and came._row not in (select row_id from landing_bad "
                f"where table_name = '{table.name}')"
            )
        )
        where = f"where not exists (select 1 from {source} as came where {came} = {old}{bad})"
        if lines:
            where += (
                " and not exists (select 1 from landing_out_order_items as came "
                "where came.order_id = old.order_id)"
            )
    connection.execute(
        f"create or replace temp table {kept} as select old.* from raw.{table.name} as old {where}"
    )
    return kept


def put_back(connection: duckdb.DuckDBPyConnection, table: RawTable, kept: str | None) -> int:
    """Add the rows that were set aside to the raw table made anew; return how many."""
    if kept is None:
        return 0
    connection.execute(f"insert into raw.{table.name} by name from {kept}")
    [(rows,)] = connection.execute(f"select count(*) from {kept}").fetchall()
    return int(rows)


def _exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(
        connection.execute(
            "select 1 from information_schema.tables where lower(table_schema) = 'raw' "
            f"and lower(table_name) = '{table}' and table_catalog <> 'temp'"
        ).fetchall()
    )
