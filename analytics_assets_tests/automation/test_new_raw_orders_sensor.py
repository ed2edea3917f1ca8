"""The sensor starts a run while staging was built from other orders than raw holds."""

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from holding import program

from analytics_assets.defs.automation import sensors
from analytics_assets.defs.automation.sensors import new_raw_orders_sensor
from analytics_assets.defs.staging.pages import RAW_STATE
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse

new_raw_orders = new_raw_orders_sensor(minutes=1)
ORDER = "('{}', 'C1', timestamp '2025-01-01 10:00', 'completed', 10.00)"


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    warehouse = DuckDBWarehouse(tmp_path / "automated_intelligence.duckdb")
    change(
        warehouse,
        "create table raw.orders (order_id varchar, customer_id varchar, order_date timestamp, "
        "order_status varchar, total_amount decimal(10, 2))",
        f"insert into raw.orders values {ORDER.format('O1')}",
    )
    return warehouse


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def change(warehouse: DuckDBWarehouse, *statements: str) -> None:
    with warehouse.session() as session:
        for statement in statements:
            session.execute(statement)


def evaluate(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance, cursor: str | None = None
) -> dg.SensorResult | dg.RunRequest | dg.SkipReason:
    with dg.build_sensor_context(
        cursor=cursor, instance=instance, resources={"warehouse": warehouse}
    ) as context:
        return new_raw_orders(context)


@dg.job
def rebuild_from_raw() -> None: ...


def start(instance: dg.DagsterInstance, request: object) -> dg.DagsterRun:
    """Start the requested run as the daemon does, and leave it unfinished."""
    assert isinstance(request, dg.RunRequest)
    assert request.run_key is None  # Dagster would refuse the same key a second time
    tags = {**request.tags, "dagster/sensor_name": new_raw_orders.name}
    return instance.create_run_for_job(rebuild_from_raw, tags=tags)


def succeed(instance: dg.DagsterInstance, request: object, state: str | None = None) -> None:
    run = start(instance, request)
    build(instance, state or run.tags[RAW_STATE])
    event = dg.DagsterEvent(dg.DagsterEventType.RUN_SUCCESS.value, run.job_name)
    instance.report_dagster_event(event, run.run_id)


def build(instance: dg.DagsterInstance, state: str) -> None:
    instance.report_runless_asset_event(
        dg.AssetMaterialization("stg_orders", metadata={RAW_STATE: state})
    )


def test_new_orders_start_one_run_until_it_has_built_them(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance
):
    request = evaluate(warehouse, instance)
    succeed(instance, request)

    assert isinstance(evaluate(warehouse, instance), dg.SkipReason)


def test_no_second_run_while_one_is_on_its_way(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance
):
    run = start(instance, evaluate(warehouse, instance))

    skip = evaluate(warehouse, instance)

    assert isinstance(skip, dg.SkipReason)
    assert run.run_id in str(skip.skip_message)


@pytest.mark.slow
def test_after_failed_runs_it_tries_again_at_once_and_then_less_often(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    request = evaluate(warehouse, instance)
    for minutes in (0, 5, 15, 35, 60, 60):
        instance.report_run_failed(start(instance, request))
        ended = time.time()
        for seconds, kind in [(-30, dg.SkipReason), (30, dg.RunRequest)]:
            with monkeypatch.context() as clock:
                clock.setattr(sensors.time, "time", lambda now=ended + minutes * 60 + seconds: now)
                if minutes or seconds > 0:
                    assert isinstance(evaluate(warehouse, instance), kind), minutes


@pytest.mark.parametrize("works", [False, True])
def test_orders_that_reached_staging_are_new_until_the_rest_of_their_run_stands(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance, works: bool
):
    request = evaluate(warehouse, instance)
    assert isinstance(request, dg.RunRequest)

    @dg.asset
    def stg_orders() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata={RAW_STATE: request.tags[RAW_STATE]})

    @dg.asset(deps=[stg_orders])
    def mart() -> None:
        if not works:
            raise dg.Failure("the mart's model is broken")

    dg.materialize([stg_orders, mart], instance=instance, raise_on_error=False)

    kind = dg.SkipReason if works else dg.RunRequest
    assert isinstance(evaluate(warehouse, instance), kind)


@pytest.mark.parametrize(
    "sql",
    [
        f"insert into raw.orders values {ORDER.format('O2')}",  # late: the newest stays the same
        "update raw.orders set order_status = 'cancelled'",
    ],
)
def test_a_late_order_and_a_changed_status_are_seen(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance, sql: str
):
    succeed(instance, evaluate(warehouse, instance))
    change(warehouse, sql)

    assert isinstance(evaluate(warehouse, instance), dg.RunRequest)


def test_what_the_nightly_run_built_is_not_new(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance
):
    request = evaluate(warehouse, instance)
    assert isinstance(request, dg.RunRequest)
    build(instance, request.tags[RAW_STATE])

    assert isinstance(evaluate(warehouse, instance), dg.SkipReason)


def test_orders_that_return_to_an_earlier_state_are_a_change(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance
):
    succeed(instance, evaluate(warehouse, instance))
    change(warehouse, f"insert into raw.orders values {ORDER.format('O2')}")
    succeed(instance, evaluate(warehouse, instance))
    change(warehouse, "delete from raw.orders where order_id = 'O2'")

    assert isinstance(evaluate(warehouse, instance), dg.RunRequest)


@pytest.mark.parametrize("sql", ["delete from raw.orders", "drop table raw.orders"])
def test_no_orders_are_nothing_new(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance, sql: str
):
    change(warehouse, sql)

    assert isinstance(evaluate(warehouse, instance), dg.SkipReason)


def test_looking_creates_no_database(tmp_path: Path, instance: dg.DagsterInstance):
    path = tmp_path / "new" / "automated_intelligence.duckdb"

    skip = evaluate(DuckDBWarehouse(path), instance)

    assert isinstance(skip, dg.SkipReason)
    assert "does not exist yet" in str(skip.skip_message)
    assert not path.parent.exists()


def test_it_does_not_wait_for_somebody_who_holds_the_file(
    warehouse: DuckDBWarehouse, instance: dg.DagsterInstance
):
    with program(warehouse.path, "writing") as holder:
        started = time.monotonic()
        result = evaluate(warehouse, instance)
        waited = time.monotonic() - started

    assert isinstance(result, dg.SkipReason)
    assert str(holder.pid) in str(result.skip_message)
    assert waited < 30
