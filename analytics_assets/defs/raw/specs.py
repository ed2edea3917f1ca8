"""The raw tables as asset specs, whoever fills them."""

import dagster as dg

from analytics_assets import keys
from analytics_assets.intake.schema import QUARANTINE_COLUMNS, RAW_TABLES
from analytics_assets.lib.charts.documentation import declared, described

RAW_COLUMNS = {
    name: {column.name: column.sql_type for column in table.columns}
    for name, table in RAW_TABLES.items()
} | {keys.RAW_QUARANTINED_ROWS.path[-1]: dict(QUARANTINE_COLUMNS)}


def raw_specs(kinds: set[str], filled_by: str, code_version: str | None) -> list[dg.AssetSpec]:
    """Return one spec a raw table.

    ``filled_by`` is a sentence for its description; ``code_version`` is None for tables that this
    project does not fill.
    """
    return [
        dg.AssetSpec(
            dg.AssetKey([keys.RAW_GROUP, name]),
            group_name=keys.RAW_GROUP,
            owners=keys.OWNERS,
            kinds=kinds,
            code_version=code_version,
            description=described(f"raw.{name}", keys.RAW_GROUP, filled_by),
            metadata=declared(f"raw.{name}", columns),
        )
        for name, columns in RAW_COLUMNS.items()
    ]
