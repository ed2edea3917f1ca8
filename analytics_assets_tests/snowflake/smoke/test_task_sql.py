"""docs/snowflake/task.sql: its schedule is the project's own, and its statement refreshes."""

import re

import snowflake.connector
from emulator.process import Emulator
from sql_files import DOCS, in_database, statements

from analytics_assets.defs.automation.schedule import daily_schedule
from analytics_assets.settings import DBT_PROJECT_DIR, load_settings

FILE = DOCS / "snowflake" / "task.sql"
LIVE = sorted(path.stem for path in (DBT_PROJECT_DIR / "models" / "realtime").glob("*.sql"))


def test_the_task_ticks_when_the_schedule_of_dagster_ticks():
    (schedule,) = re.findall(r"schedule = 'USING CRON ([^']+)'", FILE.read_text())
    daily = daily_schedule(load_settings({}).variables.business_timezone)

    assert schedule == f"{daily.cron_schedule} {daily.execution_timezone}"


def test_a_new_task_is_resumed_and_stands_in_for_the_lag():
    text = statements(FILE.read_text())
    (task,) = (re.search(r"task (\S+)", sql)[1] for sql in text if sql.startswith("create"))

    assert f"alter task {task} resume" in text
    named = set(re.findall(r"alter dynamic table \w+\.realtime\.(\w+)", FILE.read_text()))
    assert named == {"daily_business_metrics", "enriched_orders"} <= set(LIVE)


def test_its_statement_refreshes_a_dynamic_table(snowflake_emulator: Emulator):
    (task,) = (sql for sql in in_database(FILE, "task_home") if sql.startswith("create"))
    refresh = re.split(r"\nas\n", task)[1].strip()
    arguments = snowflake_emulator.connection_arguments(database="TASK_HOME", schema="REALTIME")
    with snowflake.connector.connect(**arguments) as connection:
        cursor = connection.cursor()
        cursor.execute("create table raw.orders (order_id varchar)")
        cursor.execute(
            "create dynamic table realtime.daily_business_metrics target_lag = '1 minute' "
            "warehouse = w as (select count(*) as orders from raw.orders)"
        )
        cursor.execute("insert into raw.orders values ('1'), ('2')")
        before = cursor.execute("select orders from realtime.daily_business_metrics").fetchall()

        cursor.execute(refresh)

        after = cursor.execute("select orders from realtime.daily_business_metrics").fetchall()
    assert (before, after) == ([(0,)], [(2,)])
