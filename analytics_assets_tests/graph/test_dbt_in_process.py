"""dbt inside a run: what it says of an error, whom it waits for, and that a signal ends it."""

import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from holding import program

from analytics_assets.lib.dbt.project import parse
from analytics_assets.lib.dbt.runner import explain
from analytics_assets.lib.dbt.steps import dbt_steps
from analytics_assets.lib.failures import reason
from analytics_assets.lib.tables import described, manifest
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.settings import load_settings


class NoDbt:
    def build(self, *_: Any) -> None:
        raise AssertionError("dbt was started on a database that somebody holds")


def test_an_error_begins_with_model_and_cause_and_keeps_duckdbs_picture_of_the_line():
    said = (
        "Runtime Error in model customer_lifetime_value (models/marts/customers/c.sql)\n"
        '  Binder Error: Referenced column "n0" not found in FROM clause!\n'
        "  \n"
        "  LINE 27:     scores.n0,\n"
        "               ^\n"
        "  compiled code at target/compiled/c.sql"
    )

    assert explain("customer_lifetime_value", said).splitlines() == [
        'customer_lifetime_value: Binder Error: Referenced column "n0" not found in FROM clause!',
        "LINE 27:     scores.n0,",
        "             ^",
        "in models/marts/customers/c.sql",
    ]
    assert explain("stg_clock", "Relation does not exist") == "stg_clock: Relation does not exist"


def test_too_little_memory_for_a_model_names_the_setting():
    said = (
        "Runtime Error in model int_orders (models/staging/int_orders.sql)\n"
        "  Out of Memory Error: could not allocate block of size 256.0 KiB (18.8/19.0 MiB used)\n"
        "  Possible solutions:\n"
        "  * Increasing the memory limit (SET memory_limit='...GB')"
    )

    explained = explain("int_orders", said)

    assert explained.startswith("int_orders: Out of Memory Error: could not allocate")
    assert "Next: set ANALYTICS_DUCKDB_MEMORY" in explained
    assert "SET memory_limit" not in explained


def test_a_full_disk_is_not_taken_for_too_little_memory():
    said = (
        "Runtime Error in model int_orders (models/staging/int_orders.sql)\n"
        "  Out of Memory Error: failed to offload data block\n"
        "  IO Error: could not write to temporary file: No space left on device"
    )

    explained = explain("int_orders", said)

    assert "No space left on device" in explained
    assert "ANALYTICS_DUCKDB_MEMORY" not in explained


def test_a_run_that_a_signal_ended_says_so():
    interrupted = SimpleNamespace(
        cls_name="DagsterExecutionInterruptedError", message="dagster._core...", cause=None
    )

    assert reason(interrupted) == "it was ended by a person or a signal"


def test_a_signal_ends_the_run_also_while_dbt_parses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # An interrupted import would spoil the process for other tests.
    import dbt.compilation  # noqa: F401

    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    settings = load_settings()

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            parse(settings)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_a_model_waits_for_a_program_that_holds_the_database_and_names_it(tmp_path: Path):
    path = tmp_path / "automated_intelligence.duckdb"
    steps = dbt_steps(manifest(), set(), {})
    [step] = [one for one in steps if dg.AssetKey("rfm_segments") in one.keys]

    with program(path, "writing") as other:
        result = dg.materialize(
            [step],
            selection="rfm_segments",
            resources={
                "dbt": NoDbt(),
                "variables": load_settings().variables,
                "warehouse": DuckDBWarehouse(path, wait_seconds=0),
            },
            raise_on_error=False,
        )

    [failure] = result.filter_events(lambda event: event.is_step_failure)
    assert f"PID {other.pid}" in str(failure.step_failure_data.error)


def test_what_the_yaml_demands_of_a_column_is_what_the_ui_shows():
    [seed] = [node for node in manifest()["nodes"].values() if node["name"] == "rfm_segments"]
    demands = [
        {"type": "not_null", "expression": None},
        {"type": "unique", "expression": None},
        {"type": "check", "expression": "customers > 0"},
    ]
    column = {"data_type": "bigint", "description": "Customers.", "constraints": demands}

    [shown] = described({**seed, "columns": {"customers": column}}).schema.columns

    assert shown.constraints == dg.TableColumnConstraints(
        nullable=False, unique=True, other=["customers > 0"]
    )
