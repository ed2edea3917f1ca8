"""The copy for readers: an old client opens it, its readers stop no run, failures spare it."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from materialized_shop import run_job, settings_for

from analytics_assets.defs.published import copy
from analytics_assets.defs.published.assets import COPY, for_settings
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.settings import Settings

OLD_CLIENT = "1.4.4"
READ_EVERYTHING = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    names = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables order by 1"
    ).fetchall()
    for (name,) in names:
        rows = connection.execute(f"select * from automated_intelligence.{name}").fetchall()
        print(name, len(rows))
"""
HOLD_OPEN = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute("select max(as_of_date) from staging.stg_clock").fetchone()[0], flush=True)
sys.stdin.readline()
print(connection.execute("select count(*) from staging.stg_customers").fetchone()[0], flush=True)
"""


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A warehouse with a clock, a view and a customer."""
    settings = settings_for(tmp_path)
    with DuckDBWarehouse(settings.duckdb_path).session() as session:
        for statement in (
            "create table staging.stg_clock as select date '2025-03-01' as as_of_date",
            "create table staging.stg_customers as select 'C1' as customer_id, "
            "'Ada' as customer_name, 'a@b.c' as email, '555' as phone, '1 High St' as address",
            "create view analytics.customer_months as select customer_id "
            "from staging.stg_customers",
            "create table analytics.marts as select 1.25::decimal(18, 2) as amount, "
            "date '2025-03-01' as as_of_date",
            "create table raw.orders as select 'secret' as email",
            "create table raw.quarantined_rows as select 'customers' as table_name, "
            "'a@b.c' as value, '{}' as row_content",
        ):
            session.execute(statement)
    return settings


def build(settings: Settings) -> dg.ExecuteInProcessResult:
    """Run the asset of the copy alone, as Dagster runs it."""
    return dg.materialize(
        for_settings(settings).assets or [],
        selection=[COPY],
        resources={"warehouse": DuckDBWarehouse(settings.duckdb_path)},
        raise_on_error=False,
    )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def execute(settings: Settings, sql: str) -> None:
    with DuckDBWarehouse(settings.duckdb_path).session() as session:
        session.execute(sql)


def test_it_holds_tables_and_views_as_tables_that_nobody_may_write(small: Settings):
    assert build(small).success

    found = rows(
        small.published_path,
        "select table_schema || '.' || table_name, table_type from information_schema.tables",
    )
    assert set(found) == {
        ("staging.stg_clock", "BASE TABLE"),
        ("staging.stg_customers", "BASE TABLE"),
        ("analytics.customer_months", "BASE TABLE"),
        ("analytics.marts", "BASE TABLE"),
        ("raw.quarantined_rows", "BASE TABLE"),
    }
    assert rows(small.published_path, "select amount from automated_intelligence.analytics.marts")
    assert small.published_path.stat().st_mode & 0o222 == 0
    assert [file.name for file in small.published_path.parent.iterdir()] == [
        small.published_path.name
    ]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("no", {"customer_id", "customer_name", "table_name"}),
        (
            "yes",
            {"customer_id", "customer_name", "email", "phone", "address"}
            | {"table_name", "value", "row_content"},
        ),
    ],
)
def test_what_is_personal_is_left_out_unless_a_setting_asks_for_it(
    small: Settings, setting: str, expected: set[str]
):
    settings = settings_for(small.data_dir, ANALYTICS_PUBLISH_PERSONAL=setting)

    assert build(settings).success

    columns = rows(
        settings.published_path,
        "select distinct column_name from information_schema.columns "
        "where table_name in ('stg_customers', 'quarantined_rows')",
    )
    assert {name for (name,) in columns} == expected


@pytest.mark.slow
def test_a_table_of_another_day_leaves_the_copy_as_it_was(small: Settings):
    assert build(small).success
    before = digest(small.published_path)
    execute(small, "update analytics.marts set as_of_date = date '2025-02-28'")

    result = build(small)

    [failure] = result.get_step_failure_events()
    assert "analytics.marts of 2025-02-28" in failure.step_failure_data.error_display_string
    assert digest(small.published_path) == before


@pytest.mark.slow
def test_a_copy_that_stops_half_way_leaves_the_old_one(
    small: Settings, monkeypatch: pytest.MonkeyPatch
):
    assert build(small).success
    before = digest(small.published_path)
    execute(small, "insert into analytics.marts values (2.5, date '2025-03-01')")
    monkeypatch.setattr(copy, "row_counts", lambda session, names: 1 / 0)

    assert not build(small).success

    assert digest(small.published_path) == before
    assert len(list(small.published_path.parent.iterdir())) == 1


@pytest.mark.slow
def test_a_notebook_that_holds_the_copy_open_does_not_stop_the_next_one(small: Settings):
    assert build(small).success
    command = [sys.executable, "-c", HOLD_OPEN, str(small.published_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as notebook:
        assert notebook.stdout
        assert notebook.stdin
        assert notebook.stdout.readline() == "2025-03-01\n"
        execute(small, "insert into staging.stg_customers(customer_id) values ('C2')")

        assert build(small).success

        notebook.stdin.write("\n")
        notebook.stdin.flush()
        assert notebook.stdout.readline() == "1\n"  # what it opened
    assert rows(small.published_path, "select count(*) from staging.stg_customers") == [(2,)]


def test_what_a_killed_run_left_is_cleared(small: Settings):
    left = small.published_path.parent / ".copy-left"
    left.mkdir(parents=True)
    (left / "automated_intelligence.duckdb").write_bytes(b"half")

    assert build(small).success

    assert not left.exists()


def test_a_difference_is_named(small: Settings):
    warehouse = DuckDBWarehouse(small.duckdb_path)
    assert build(small).success

    def differences() -> list[str]:
        with warehouse.session() as session:
            return copy.differences(session, small.published_path, personal=False)

    assert differences() == []
    execute(small, "insert into staging.stg_customers(customer_id) values ('C2')")
    execute(small, "update staging.stg_clock set as_of_date = date '2025-03-02'")
    execute(small, "create table analytics.later as select 1 as one")
    assert differences() == [
        "the day is 2025-03-01, that of the tables 2025-03-02",
        "analytics.later is missing",
        "analytics.customer_months has 1 rows, the table 2",
        "staging.stg_customers has 1 rows, the table 2",
    ]


@pytest.mark.slow
def test_an_old_client_reads_every_table_of_a_run(shop, tmp_path: Path):
    folder = tmp_path / "old"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    installed = subprocess.run(
        [*pip, "--target", str(folder), f"duckdb=={OLD_CLIENT}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode:
        pytest.skip(f"DuckDB {OLD_CLIENT} could not be installed: {installed.stderr[-200:]}")

    # The folder comes before the newer client of this environment.
    read = subprocess.run(
        [sys.executable, "-c", READ_EVERYTHING, str(shop.settings.published_path)],
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )

    found = dict(line.split() for line in read.stdout.splitlines())
    expected = {
        f"{schema}.{name}": str(count)
        for schema, name in shop.rows(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('staging', 'analytics', 'realtime') "
            "or table_name in ('landings', 'quarantined_rows')"
        )
        for ((count,),) in [shop.rows(f"select count(*) from {schema}.{name}")]
    }
    assert found == expected


@pytest.mark.slow
def test_a_refused_landing_leaves_copy_and_report_as_they_were(shop, tmp_path: Path):
    folder = tmp_path / "shop"
    shutil.copytree(shop.settings.data_dir, folder)
    settings = settings_for(folder, ANALYTICS_LANDING_DIR=str(folder / "files"))
    before = digest(settings.published_path), digest(settings.report_path)
    # Every order twice: the key check of the raw orders blocks.
    execute(settings, "insert into raw.orders select * from raw.orders")

    assert not run_job(settings, "rebuild_from_raw").success

    assert (digest(settings.published_path), digest(settings.report_path)) == before
