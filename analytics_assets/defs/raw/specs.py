"""The raw tables as asset specs, whoever fills them."""

import dagster as dg

from analytics_assets.intake import schema
from analytics_assets.lib.tables import OWNERS, table

RAW_TABLES = (*schema.RAW_TABLES, "quarantined_rows")
# What only the landing of files knows: which landings there were, which words of the status column.
LANDING_TABLES = ("landings", "shop_statuses")


def raw_specs(
    kinds: set[str], filled_by: str, names: tuple[str, ...] = RAW_TABLES
) -> list[dg.AssetSpec]:
    """Return one spec per raw table; ``filled_by`` is a sentence for its description."""
    return [
        dg.AssetSpec(
            made.asset_key,
            group_name=made.group,
            owners=OWNERS,
            kinds=kinds,
            description=f"{made.description} {filled_by}",
            metadata=made.metadata,
        )
        for made in (table(f"raw.{name}") for name in names)
    ]
