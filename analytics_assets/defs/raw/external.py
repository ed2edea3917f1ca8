"""The raw tables on Snowflake: frozen for a run from what the shop's own loader fills.

Orders arrive while a run works. Everything in a run reads the same orders, so that no check finds
two tables apart which were built a minute apart.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from analytics_assets.defs.raw.specs import RAW_TABLES, raw_specs
from analytics_assets.defs.raw.state import RAW_STATE, raw_orders_state
from analytics_assets.intake.formats import formats
from analytics_assets.intake.in_place import selects
from analytics_assets.lib.tables import table
from analytics_assets.lib.warehouse.aggregates import row_counts
from analytics_assets.variables import Variables

if TYPE_CHECKING:
    from analytics_assets.lib.warehouse.snowflake import SnowflakeSession

# Returns, lines, orders, customers: what arrives meanwhile belongs to nothing yet.
_IN_ORDER = (
    *("returns", "order_items", "orders", "customers", "product_catalog", "exchange_rates"),
    "quarantined_rows",
)
# What not every shop has; it is empty then.
_OPTIONAL = {"returns", "exchange_rates", "quarantined_rows"}
_NEWEST_EVENT = {"customers": "max(registration_date)", "orders": "max(order_date)"}


def external_raw_tables() -> dg.AssetsDefinition:
    """Return the asset that freezes the raw tables, all in one step."""

    @dg.multi_asset(
        name="freeze",
        specs=raw_specs(
            {"snowflake"}, "A clone, made as the run began, of what your loader filled."
        ),
    )
    def raw_tables(
        warehouse: dg.ResourceParam[Any], variables: dg.ResourceParam[Variables]
    ) -> Iterator[dg.MaterializeResult[None]]:
        with warehouse.session() as session:
            state = raw_orders_state(session)
            freeze(session, variables.business_timezone)
            counts = row_counts(session, [f"raw.{name}" for name in _IN_ORDER])
            newest = session.read(
                "select "
                + ", ".join(
                    f"(select cast({newest} as varchar) from raw.{name}) as {name}"
                    for name, newest in _NEWEST_EVENT.items()
                )
            ).iloc[0]
        for name in _IN_ORDER:
            metadata: dict[str, int | str] = {"dagster/row_count": counts[f"raw.{name}"]}
            if name in _NEWEST_EVENT:
                metadata["newest_event"] = str(newest[name])
            if name == "orders" and state:
                metadata[RAW_STATE] = state
            yield dg.MaterializeResult(asset_key=dg.AssetKey(["raw", name]), metadata=metadata)

    return raw_tables


def freeze(session: "SnowflakeSession", timezone: str) -> None:
    """Make every raw table what the shop's own is now; ``timezone`` is the business's.

    What a shop need not have, such as returns or exchange rates, is empty where there is no table.

    Raises:
        WarehouseError: one of the shop's tables is missing or lacks a column.
        SourceTablesError: a connector's tables do not make orders and lines.
    """
    there = session.source_tables()
    types = {name: table(f"raw.{name}").types for name in RAW_TABLES}
    mapped: dict[str, str] = {}
    if session.source_format:
        form = formats()[session.source_format]
        mapped = selects(form, there, session.source, types, timezone)
    for name in _IN_ORDER:
        if name in mapped:
            session.execute(f"create or replace transient table raw.{name} as {mapped[name]}")
        elif session.source_format or (name in _OPTIONAL and name not in there):
            declared = ", ".join(f"{column} {kind}" for column, kind in types[name].items())
            session.execute(f"create or replace transient table raw.{name} ({declared})")
        else:
            session.freeze(name, types[name])
