"""The raw tables: landed from files on DuckDB, filled by the shop's own loader on Snowflake."""

import dagster as dg

from analytics_assets.defs.raw.external import external_raw_tables
from analytics_assets.defs.raw.landing import landing
from analytics_assets.settings import Settings


def for_settings(settings: Settings) -> dg.Definitions:
    """Return the asset of the raw tables for these settings."""
    raw = external_raw_tables() if settings.snowflake else landing(settings)
    return dg.Definitions(assets=[raw])
