"""The jobs people and schedules start, and the one thing a run may set: its last day."""

import datetime
from collections.abc import Mapping
from typing import Any

import dagster as dg

from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import read_defaults, resolve_variables

# The run tag that holds the day, for people and for the schedule.
AS_OF_DATE = "as_of_date"


def _whole_config(config: Mapping[str, Any]) -> dict[str, Any]:
    day = config[AS_OF_DATE]
    if day:
        # Refuses a day that does not exist while the run is being launched, not in it.
        resolve_variables(read_defaults(DBT_PROJECT_DIR / "dbt_project.yml"), {AS_OF_DATE: day})
    resources = {"variables": {"config": {AS_OF_DATE: day or None}}}
    return {"resources": resources, "loggers": config.get("loggers", {})}


# What the launchpad shows, instead of every resource's and step's own configuration.
_ONE_KNOB = dg.ConfigMapping(
    config_fn=_whole_config,
    config_schema={
        AS_OF_DATE: dg.Field(
            str,
            default_value="",
            description="The last day that counts, such as 2025-12-31. Empty: as ANALYTICS_VARS "
            "says, else the day of the newest order.",
        ),
        "loggers": dg.Field(dict, is_required=False),
    },
)

daily_job = dg.define_asset_job(
    "daily_refresh",
    config=_ONE_KNOB,
    selection=dg.AssetSelection.all(),
    description="Land what is new and rebuild every table, with its checks.",
)

marts_job = dg.define_asset_job(
    "rebuild_from_raw",
    config=_ONE_KNOB,
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("raw"),
    description="Rebuild everything from the raw tables as they stand, without landing again.",
)

_FIRST_HISTORY_DAY = "2010-01-01"


def history_job(timezone: str) -> Any:
    """Return the job ``fill_history``, whose partitions are the days that shop_history may have.

    The table itself has none, so that every other job and "Materialize all" ask for no day.
    """
    days = dg.DailyPartitionsDefinition(_FIRST_HISTORY_DAY, timezone=timezone, end_offset=1)
    return dg.define_asset_job(
        "fill_history",
        selection=dg.AssetSelection.assets("shop_history"),
        config=dg.PartitionedConfig(
            partitions_def=days,
            run_config_for_partition_key_fn=lambda day: {
                "resources": {"variables": {"config": {"history_day": day}}}
            },
        ),
        description="Fill a day of shop_history from the tables as they stand; a backfill of this "
        "job fills many.",
    )


data_quality_job = dg.define_asset_job(
    "data_quality",
    selection=dg.AssetSelection.all_asset_checks(),
    description="Hold every table to its contract as it stands, without building anything.",
)


def run_config(as_of_date: datetime.date) -> dict[str, Any]:
    """Return the config of a daily or marts run that fixes the last day that counts."""
    return {AS_OF_DATE: as_of_date.isoformat()}
