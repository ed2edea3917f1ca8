"""Start the Dagster job daily_refresh from Airflow: every night, with yesterday as as_of_date.

Put this file into Airflow's folder of DAGs, on a worker that has the project with its .venv, and
say where that is in ANALYTICS_ASSETS_HOME. The worker's environment holds ANALYTICS_TARGET and the
SNOWFLAKE_* variables. Airflow needs nothing installed beside itself: Dagster runs in the project's
own environment, and its history is where `make ui` shows it.
"""

import os
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

# The variable business_timezone of the project.
BUSINESS_TIMEZONE = "America/Los_Angeles"
PROJECT = os.environ.get("ANALYTICS_ASSETS_HOME", "/opt/analytics_assets")

# An interval runs from 2 AM to 2 AM; the local day it starts on is the last day that counts.
DAILY_REFRESH = """
.venv/bin/dagster job execute -m analytics_assets.definitions -j daily_refresh -c /dev/stdin <<END
as_of_date: "{{ data_interval_start.astimezone(business_timezone).date() }}"
END
"""

with DAG(
    "analytics_assets_daily_refresh",
    schedule=CronDataIntervalTimetable("0 2 * * *", timezone=BUSINESS_TIMEZONE),
    start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo(BUSINESS_TIMEZONE)),
    # Each build starts from all of raw, so a missed night needs no run of its own; two builds at
    # once would mix two days in one set of tables.
    catchup=False,
    max_active_runs=1,
    user_defined_macros={"business_timezone": ZoneInfo(BUSINESS_TIMEZONE)},
):
    BashOperator(
        task_id="daily_refresh",
        bash_command=DAILY_REFRESH,
        cwd=PROJECT,
        env={"DAGSTER_HOME": os.path.join(PROJECT, ".dagster")},
        append_env=True,
        retries=1,
        retry_delay=timedelta(minutes=10),
        execution_timeout=timedelta(hours=2),
    )
