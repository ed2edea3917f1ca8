"""The jobs people and schedules start, and how a run is told its as_of_date."""

import datetime
from typing import Any

import dagster as dg

from analytics_assets.defs.raw.specs import RAW_TABLES

daily_job = dg.define_asset_job(
    "daily_refresh",
    # Named, since "all" leaves out what is only observed: the raw tables on Snowflake.
    selection=dg.AssetSelection.all()
    | dg.AssetSelection.assets(*(["raw", name] for name in RAW_TABLES)),
    description="Land what is new and rebuild every table, with its checks.",
)

marts_job = dg.define_asset_job(
    "rebuild_from_raw",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("raw"),
    description="Rebuild everything from the raw tables as they stand, without landing again.",
)

data_quality_job = dg.define_asset_job(
    "data_quality",
    selection=dg.AssetSelection.all_asset_checks(),
    description="Hold every table to its contract as it stands, without building anything.",
)


def run_config(as_of_date: datetime.date) -> dict[str, Any]:
    """Return the run config that fixes the last day that counts."""
    return {"resources": {"variables": {"config": {"as_of_date": as_of_date.isoformat()}}}}
