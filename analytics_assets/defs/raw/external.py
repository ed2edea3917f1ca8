"""The raw tables on Snowflake: filled by the shop's own loader, watched from here."""

import warnings
from collections.abc import Iterator

import dagster as dg

from analytics_assets.defs.raw.specs import RAW_TABLES, raw_specs
from analytics_assets.defs.raw.state import raw_orders_state
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.lib.warehouse.row_counts import row_counts

_NEWEST_EVENT = {"customers": "max(registration_date)", "orders": "max(order_date)"}


def external_raw_tables() -> dg.AssetsDefinition:
    """Return the raw tables as external assets, whose observation says what they hold."""
    specs = raw_specs({"snowflake"}, "Filled by your own loader; observed, never written.")

    def observe_raw(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[dg.ObserveResult]:
        """Count the rows and read the newest event of each table; no row leaves the warehouse."""
        with warehouse.session() as session:
            counts = row_counts(session, [f"raw.{name}" for name in RAW_TABLES])
            newest = session.read(
                "select "
                + ", ".join(
                    f"(select cast({newest} as varchar) from raw.{name}) as {name}"
                    for name, newest in _NEWEST_EVENT.items()
                )
            ).iloc[0]
            state = raw_orders_state(session)
        for name in RAW_TABLES:
            metadata: dict[str, int | str] = {"dagster/row_count": counts[f"raw.{name}"]}
            if name in _NEWEST_EVENT:
                metadata["newest_event"] = str(newest[name])
            yield dg.ObserveResult(
                asset_key=dg.AssetKey(["raw", name]),
                metadata=metadata,
                data_version=dg.DataVersion(state) if name == "orders" and state else None,
            )

    with warnings.catch_warnings():
        # A test over both engines says when a release of Dagster changes what it does.
        warnings.simplefilter("ignore", dg.BetaWarning)
        observed: dg.AssetsDefinition = dg.multi_observable_source_asset(specs=specs)(observe_raw)
    return observed
