"""One building run at a time, whoever starts it and however the last one ended."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
from holding import program

from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.lib.warehouse.duckdb_file import FileUnwritableError
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.lib.warehouse.run_lock import run_lock, warehouse_of_a_run
from analytics_assets.lib.warehouse.waiting import HeldError, Patience


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "new" / "automated_intelligence.duckdb"


def note(database: Path) -> str:
    path = database.with_name(f"{database.name}.run.txt")
    return path.read_text() if path.exists() else ""


def test_a_second_run_is_refused_and_told_who_holds_the_lock_since_when_and_what_to_do(
    database: Path,
):
    with (
        program(database, "run") as other,
        pytest.raises(HeldError) as refusal,
        run_lock(database, "mine", Patience(0)),
    ):
        pass

    message = str(refusal.value)
    assert f"run 1a2b3c4d of daily_refresh (PID {other.pid} on " in message
    assert re.search(r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)", message)
    assert "let it end, or end it by its PID" in message


def test_it_says_at_once_that_it_waits_and_how_long_and_takes_its_turn(database: Path):
    told: list[str] = []
    with program(database, "run", seconds=1):
        started = time.monotonic()
        with run_lock(database, "mine", Patience(60, told.append)):
            waited = time.monotonic() - started

    assert 0.2 < waited < 20
    [sentence] = told
    assert sentence.startswith(f"waiting: {database} is in the hands of run 1a2b3c4d")
    assert sentence.endswith("Waited 0 s, will wait 60 s in all")


@pytest.mark.slow
def test_a_killed_holder_stands_in_nobodys_way_and_is_told_of(database: Path):
    with program(database, "run") as other:
        other.kill()
        other.wait()
    told: list[str] = []

    with run_lock(database, "mine", Patience(0, told.append)):
        assert note(database).startswith("mine (PID ")

    [sentence] = told
    assert sentence.startswith(f"run 1a2b3c4d of daily_refresh (PID {other.pid}")
    assert "ended without letting go" in sentence


def test_nothing_is_left_when_it_ends_well_and_the_next_one_hears_nothing(database: Path):
    told: list[str] = []
    for _ in range(2):
        with run_lock(database, "mine", Patience(0, told.append)):
            pass
    with pytest.raises(ZeroDivisionError), run_lock(database, "mine", Patience(0, told.append)):
        _ = 1 / 0
    with run_lock(database, "mine", Patience(0, told.append)):
        pass

    assert told == []
    assert note(database) == ""


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    database = tmp_path / "file" / "automated_intelligence.duckdb"

    for attempt in (
        run_lock(database, "mine", Patience(0)),
        DuckDBWarehouse(database).session(),
    ):
        with pytest.raises(FileUnwritableError) as refusal, attempt:
            pass
        assert f"{tmp_path / 'file'} cannot be written" in str(refusal.value)
        assert "ANALYTICS_DUCKDB_PATH" in str(refusal.value)


@dg.asset
def builds(warehouse: dg.ResourceParam[DuckDBWarehouse]) -> None:
    with warehouse.session() as session:
        session.execute("create or replace table analytics.t as select 1 as one")


@dg.asset_check(asset=builds)
def checks(warehouse: dg.ResourceParam[DuckDBWarehouse]) -> dg.AssetCheckResult:
    with warehouse.session() as session:
        return dg.AssetCheckResult(passed=len(session.read("select * from analytics.t")) == 1)


@dg.sensor(job_name="builds_job")
def glances(warehouse: dg.ResourceParam[DuckDBWarehouse]) -> dg.SkipReason:
    with warehouse.glance() as session:
        return dg.SkipReason(f"{len(session.read('select * from analytics.t'))} row")


@pytest.fixture
def definitions(database: Path) -> dg.Definitions:
    @dg.resource
    @contextmanager
    def the_warehouse(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        with warehouse_of_a_run(DuckDBWarehouse(database), context, wait_seconds=1) as held:
            yield held

    return dg.Definitions(
        assets=[builds],
        asset_checks=[checks],
        jobs=[
            dg.define_asset_job("builds_job", [builds]),
            dg.define_asset_job("checks_job", dg.AssetSelection.checks(checks)),
        ],
        resources={"warehouse": the_warehouse},
        executor=dg.in_process_executor,
    )


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def execute(
    definitions: dg.Definitions, job: str, instance: dg.DagsterInstance
) -> dg.ExecuteInProcessResult:
    return definitions.resolve_job_def(job).execute_in_process(
        instance=instance, raise_on_error=False
    )


def messages(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> list[str]:
    return [event.user_message for event in instance.all_logs(result.run_id)]


def failure(result: dg.ExecuteInProcessResult) -> str:
    [event] = [event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE"]
    assert event.job_failure_data.error is not None
    return event.job_failure_data.error.to_string()


@pytest.mark.slow
def test_a_run_that_builds_holds_the_lock_to_its_end_and_no_longer(
    definitions: dg.Definitions, database: Path, instance: dg.DagsterInstance
):
    assert execute(definitions, "builds_job", instance).success
    assert execute(definitions, "builds_job", instance).success
    assert note(database) == ""


@pytest.mark.slow
def test_a_run_that_builds_waits_in_its_log_and_fails_with_the_holders_pid(
    definitions: dg.Definitions, database: Path, instance: dg.DagsterInstance
):
    with program(database, "run") as other:
        result = execute(definitions, "builds_job", instance)

    assert not result.success
    assert any(
        message.startswith("waiting: ") and f"PID {other.pid}" in message
        for message in messages(instance, result)
    )
    assert f"PID {other.pid}" in failure(result)
    assert not database.exists()


@pytest.mark.slow
def test_checks_alone_and_a_sensors_glance_wait_for_nobodys_run(
    definitions: dg.Definitions, database: Path, instance: dg.DagsterInstance
):
    assert execute(definitions, "builds_job", instance).success
    with program(database, "run"):
        assert execute(definitions, "checks_job", instance).success
        resources = {"warehouse": definitions.resources["warehouse"]}
        with dg.build_sensor_context(instance=instance, resources=resources) as context:
            assert glances(context).skip_message == "1 row"


@pytest.mark.parametrize("purpose", ["reading", "writing"])
def test_a_step_that_meets_a_held_file_says_so_and_names_the_program(
    database: Path, purpose: str, caplog: pytest.LogCaptureFixture
):
    warehouse = DuckDBWarehouse(database, wait_seconds=60)
    with warehouse.session():
        pass
    with (
        program(database, purpose, seconds=1) as other,
        caplog.at_level(logging.WARNING),
        warehouse.session() as session,
    ):
        assert len(session.read("select 1 as one")) == 1

    assert f"waiting: {database} is open for {purpose} in python" in caplog.text
    assert f"(PID {other.pid}, running since " in caplog.text
    assert "will wait 60 s in all" in caplog.text
