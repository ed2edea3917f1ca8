"""The raw tables on Snowflake: filled by the shop's own loader, watched from here."""

import warnings
from collections.abc import Iterator

import dagster as dg

from analytics_assets import keys
from analytics_assets.assets.description import declared
from analytics_assets.assets.raw import _ROW_OF
from analytics_assets.landing.files.schema import QUARANTINE_COLUMNS, RAW_TABLES
from analytics_assets.warehouse.interface import Warehouse
from analytics_assets.warehouse.raw_state import raw_orders_state
from analytics_assets.warehouse.row_counts import row_counts

_COLUMNS = {
    name: {column.name: column.sql_type for column in table.columns}
    for name, table in RAW_TABLES.items()
} | {keys.RAW_QUARANTINED_ROWS.path[-1]: dict(QUARANTINE_COLUMNS)}
_QUARANTINED = "One row per row that your loader could not load, with its reason."
_NEWEST_EVENT = {"customers": "max(registration_date)", "orders": "max(order_date)"}


def external_raw_tables() -> dg.AssetsDefinition:
    """Return the raw tables as external assets, whose observation says what they hold."""
    specs = [
        dg.AssetSpec(
            dg.AssetKey([keys.RAW_GROUP, name]),
            group_name=keys.RAW_GROUP,
            owners=keys.OWNERS,
            kinds={"snowflake"},
            description=f"{_ROW_OF.get(name, _QUARANTINED)} Filled by your own loader; observed, "
            "never written.",
            metadata=declared(f"raw.{name}", columns),
        )
        for name, columns in _COLUMNS.items()
    ]

    def observe_raw(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[dg.ObserveResult]:
        """Count the rows and read the newest event of each table; no row leaves the warehouse."""
        with warehouse.session() as session:
            counts = row_counts(session, [f"raw.{name}" for name in _COLUMNS])
            newest = session.read(
                "select "
                + ", ".join(
                    f"(select cast({newest} as varchar) from raw.{name}) as {name}"
                    for name, newest in _NEWEST_EVENT.items()
                )
            ).iloc[0]
            state = raw_orders_state(session)
        for name in _COLUMNS:
            metadata: dict[str, int | str] = {"dagster/row_count": counts[f"raw.{name}"]}
            if name in _NEWEST_EVENT:
                metadata["newest_event"] = str(newest[name])
            yield dg.ObserveResult(
                asset_key=dg.AssetKey([keys.RAW_GROUP, name]),
                metadata=metadata,
                data_version=dg.DataVersion(state) if name == "orders" and state else None,
            )

    with warnings.catch_warnings():
        # A test over both engines says when a release of Dagster changes what it does.
        warnings.simplefilter("ignore", dg.BetaWarning)
        observed: dg.AssetsDefinition = dg.multi_observable_source_asset(specs=specs)(observe_raw)
    return observed
