"""What the database remembers of landings: whose shop it holds, and what was there before."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from analytics_assets.intake import statements
from analytics_assets.intake.faults import LandingError
from analytics_assets.intake.piece import count
from analytics_assets.intake.report import LandingReport, share
from analytics_assets.intake.schema import LANDING_COLUMNS, RawTable
from analytics_assets.intake.shop_file import ShopFile


@dataclass(frozen=True)
class Held:
    """What raw.orders holds: how many orders, their amount, and the days that have any."""

    orders: int
    amount: Decimal
    days: frozenset[datetime.date]


def holds_real_shop(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether the raw tables hold a shop that is not known to be the demonstration shop."""
    if not _exists(connection, "orders") or not count(connection, "raw.orders"):
        return False
    last = _last(connection)
    return last is None or not last[2]


def last_source(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return the folder of the newest landing, or None where none is remembered."""
    last = _last(connection)
    return None if last is None else last[1]


def before(connection: duckdb.DuckDBPyConnection) -> tuple[datetime.datetime, Held] | None:
    """Return when a real shop last landed and what it left, or None where none did."""
    last = _last(connection)
    if last is None or last[2] or not _exists(connection, "orders"):
        return None
    return last[0], _held(connection)


def _last(connection: duckdb.DuckDBPyConnection) -> tuple[datetime.datetime, str, bool] | None:
    """Return of the newest landing when it was, its folder, and whether it was the demo shop."""
    if not _exists(connection, "landings"):
        return None
    newest = connection.execute(
        "select landed_at, source, is_demo_shop from raw.landings order by landed_at desc limit 1"
    ).fetchone()
    return newest and (newest[0], newest[1], newest[2])


def _held(connection: duckdb.DuckDBPyConnection) -> Held:
    [(orders, amount, days)] = connection.execute(
        "select count(*), coalesce(sum(total_amount), 0), "
        "coalesce(list(distinct cast(order_date as date)), []) from raw.orders"
    ).fetchall()
    return Held(orders, amount, frozenset(days))


def compare(
    connection: duckdb.DuckDBPyConnection,
    last: tuple[datetime.datetime, Held] | None,
    shop: ShopFile,
) -> None:
    """Refuse a landing that holds less than the one before.

    Raises:
        LandingError: orders or days are gone, and shop.yml does not allow it.
    """
    if last is None or shop.allow_fewer_orders or shop.mode == "merge":
        return
    landed_at, old = last
    new = _held(connection)
    fewer = old.orders - new.orders
    gone = sorted(old.days - new.days)
    if fewer <= 0 and not gone:
        return
    parts = []
    if fewer > 0:
        parts.append(
            f"{fewer:,} of {old.orders:,} orders ({share(fewer, old.orders)}) are gone, "
            f"{old.amount:,.2f} became {new.amount:,.2f}"
        )
    if gone:
        parts.append(
            f"{len(gone):,} of {len(old.days):,} days with orders are gone "
            f"({gone[0]} to {gone[-1]})"
        )
    raise LandingError(
        (
            f"since the landing of {landed_at:%Y-%m-%d %H:%M} {'; '.join(parts)}. Next: if "
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
    landings = statements.described("landings", LANDING_COLUMNS)
    connection.execute(f"create table if not exists {landings}")
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
    out: str | None,
) -> str | None:
    """With ``mode: merge``, set aside the rows of the raw table that this landing does not replace.

    Rows whose key comes again are replaced, lines with their order. ``out`` is the view of what
    comes, None where nothing does.

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
    if out is None:
        comes = "false"
    elif table.name == "order_items":
        orders = "select order_id from {} where order_id is not null"
        comes = (
            f"order_id in ({orders.format('landing_out_orders')} union all {orders.format(out)})"
        )
    else:
        bad = f"select row_id from landing_bad where table_name = '{table.name}'"
        comes = (
            f"{table.key} in (select {table.key} from {out} "
            f"where {table.key} is not null and _row not in ({bad}))"
        )
    connection.execute(
        f"create or replace temp table {kept} as from raw.{table.name} where not ({comes})"
    )
    return kept


def put_back(connection: duckdb.DuckDBPyConnection, table: RawTable, kept: str | None) -> int:
    """Add the rows that were set aside to the raw table made anew; return how many."""
    if kept is None:
        return 0
    connection.execute(f"insert into raw.{table.name} by name from {kept}")
    return count(connection, kept)


def _exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(
        connection.execute(
            "select 1 from information_schema.tables where lower(table_schema) = 'raw' "
            f"and lower(table_name) = '{table}' and table_catalog <> 'temp'"
        ).fetchall()
    )
