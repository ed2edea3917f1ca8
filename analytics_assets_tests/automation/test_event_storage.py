"""The event log over connections that stay open: the same events, and files as few as before."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage

from analytics_assets.defs.automation import event_storage
from analytics_assets.defs.automation.event_storage import OpenSqliteEventLogStorage
from analytics_assets.settings import PROJECT_ROOT


@dg.asset
def orders() -> None: ...


@dg.asset_check(asset=orders)
def every_order_has_an_id() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


@dg.op
def chatters(context: dg.OpExecutionContext) -> None:
    for number in range(200):
        context.log.info("said %s", number)


@dg.job
def chat() -> None:
    chatters()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(PROJECT_ROOT / "dagster.yaml", tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def open_files(home: Path) -> set[str]:
    folder = Path("/proc/self/fd")
    links = [os.readlink(link) for link in folder.iterdir() if link.exists()]
    return {link for link in links if link.startswith(str(home)) and link.endswith(".db")}


def test_our_dagster_yaml_names_it(instance: dg.DagsterInstance):
    assert isinstance(instance.event_log_storage, OpenSqliteEventLogStorage)


def test_dagsters_own_event_log_finds_every_event_in_its_place(
    home: Path, instance: dg.DagsterInstance
):
    run = dg.materialize([orders, every_order_has_an_id], instance=instance)

    own = SqliteEventLogStorage(str(home / "history" / "runs"))
    told = [event.dagster_event_type for event in own.get_logs_for_run(run.run_id)]
    kept = [event.dagster_event_type for event in instance.all_logs(run.run_id)]
    assert told == kept
    assert told[-1] == dg.DagsterEventType.RUN_SUCCESS
    assert dg.DagsterEventType.ASSET_CHECK_EVALUATION in told
    assert own.get_latest_materialization_events([orders.key])[orders.key].run_id == run.run_id
    [checked] = own.get_asset_check_execution_history(every_order_has_an_id.check_key, limit=5)
    assert checked.run_id == run.run_id


def test_connections_do_not_grow_with_the_events(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    connect = sqlite3.dbapi2.connect

    def counted(database: str, *arguments: object, **others: object) -> sqlite3.Connection:
        opened.append(Path(str(database)).name)
        return connect(database, *arguments, **others)

    monkeypatch.setattr(sqlite3.dbapi2, "connect", counted)
    run = chat.execute_in_process(instance=instance)

    assert len(instance.all_logs(run.run_id)) > 200
    assert opened.count(f"{run.run_id}.db") < 10
    assert opened.count("index.db") < 10


def test_files_of_many_runs_do_not_stay_open(home: Path, instance: dg.DagsterInstance):
    runs = [dg.materialize([orders], instance=instance).run_id for _ in range(12)]

    for run in runs:
        assert instance.all_logs(run)
    assert 2 < len(open_files(home)) <= event_storage.MOST_OPEN_FILES
    instance.event_log_storage.dispose()
    assert open_files(home) == set()


def test_a_history_that_another_process_wiped_begins_anew(home: Path, instance: dg.DagsterInstance):
    before = dg.materialize([orders], instance=instance).run_id
    wipe = [str(Path(sys.executable).parent / "dagster"), "run", "wipe", "--force"]
    subprocess.run(wipe, check=True, capture_output=True, cwd=home)

    assert instance.all_logs(before) == []
    after = dg.materialize([orders], instance=instance).run_id
    assert instance.all_logs(after)


def test_threads_take_turns(instance: dg.DagsterInstance):
    run = dg.materialize([orders], instance=instance).run_id
    before = len(instance.all_logs(run))

    def tell(number: int) -> None:
        instance.report_engine_event(f"thread {number}", run_id=run, job_name="chat")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(tell, range(100)))

    assert len(instance.all_logs(run)) == before + 100


def test_dagsters_temporary_history_has_its_own_folder(home: Path, tmp_path_factory):
    elsewhere = str(tmp_path_factory.mktemp("temporary"))
    with dg.DagsterInstance.from_ref(
        InstanceRef.from_dir(elsewhere, config_dir=str(home))
    ) as other:
        run = dg.materialize([orders], instance=other).run_id

    assert (Path(elsewhere) / "history" / "runs" / f"{run}.db").exists()
    assert not (home / "history").exists()
