from pathlib import Path

import dagster as dg
import duckdb
import pytest

from analytics_assets.defs.automation.sensors import new_raw_orders
from analytics_assets.keys import RAW_STATE, STG_ORDERS
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    warehouse = DuckDBWarehouse(tmp_path / "automated_intelligence.duckdb")
    with warehouse.session() as session:
        session.execute(
            """
            create table raw.orders as
            select
                'O1' as order_id,
                'C1' as customer_id,
                timestamp '2025-01-01 10:00' as order_date,
                'completed' as order_status,
                10.00 as total_amount
            """
        )
    return warehouse


def evaluate(
    warehouse: DuckDBWarehouse, cursor: str | None, instance: dg.DagsterInstance
) -> tuple[dg.SensorResult | dg.RunRequest | dg.SkipReason, str | None]:
    with dg.build_sensor_context(
        cursor=cursor, instance=instance, resources={"warehouse": warehouse}
    ) as context:
        return new_raw_orders(context), context.cursor


def add_order(warehouse: DuckDBWarehouse) -> None:
    with warehouse.session() as session:
        session.execute(
            "insert into raw.orders values "
            "('O2', 'C1', timestamp '2025-01-01 09:00', 'completed', 10.00)"
        )


def test_new_orders_are_asked_for_once(warehouse: DuckDBWarehouse):
    with dg.instance_for_test() as instance:
        first, cursor = evaluate(warehouse, None, instance)
        again, same_cursor = evaluate(warehouse, cursor, instance)

    assert isinstance(first, dg.RunRequest)
    assert isinstance(again, dg.SkipReason)
    assert cursor == same_cursor
    assert cursor is not None
    assert str(first.run_key).startswith(cursor)


def test_an_order_that_came_late_is_seen_though_the_newest_stays_the_same(
    warehouse: DuckDBWarehouse,
):
    with dg.instance_for_test() as instance:
        first, cursor = evaluate(warehouse, None, instance)
        add_order(warehouse)
        second, _ = evaluate(warehouse, cursor, instance)

    assert isinstance(first, dg.RunRequest)
    assert isinstance(second, dg.RunRequest)
    assert second.run_key != first.run_key


def test_a_changed_status_is_seen(warehouse: DuckDBWarehouse):
    with dg.instance_for_test() as instance:
        _, cursor = evaluate(warehouse, None, instance)
        with warehouse.session() as session:
            session.execute("update raw.orders set order_status = 'cancelled'")
        second, _ = evaluate(warehouse, cursor, instance)

    assert isinstance(second, dg.RunRequest)


def report_build(instance: dg.DagsterInstance, state: str) -> None:
    instance.report_runless_asset_event(
        dg.AssetMaterialization(STG_ORDERS, metadata={RAW_STATE: state})
    )


def test_what_staging_was_already_built_from_is_not_new(warehouse: DuckDBWarehouse):
    with dg.instance_for_test() as instance:
        _, state = evaluate(warehouse, None, instance)
        assert state
        report_build(instance, state)
        after_the_nightly_run, cursor = evaluate(warehouse, None, instance)

    assert isinstance(after_the_nightly_run, dg.SkipReason)
    assert cursor == state


def test_orders_that_return_to_an_earlier_state_are_a_change_with_a_key_of_its_own(
    warehouse: DuckDBWarehouse,
):
    with dg.instance_for_test() as instance:
        first, state = evaluate(warehouse, None, instance)
        assert state
        report_build(instance, state)
        add_order(warehouse)
        _, other = evaluate(warehouse, state, instance)
        assert other
        report_build(instance, other)
        with warehouse.session() as session:
            session.execute("delete from raw.orders where order_id = 'O2'")
        back, same_state = evaluate(warehouse, other, instance)

    assert isinstance(first, dg.RunRequest)
    assert isinstance(back, dg.RunRequest)
    assert same_state == state
    assert back.run_key != first.run_key


def test_a_lost_cursor_asks_for_the_same_run_key_which_dagster_runs_once(
    warehouse: DuckDBWarehouse,
):
    with dg.instance_for_test() as instance:
        first, _ = evaluate(warehouse, None, instance)
        after_loss, _ = evaluate(warehouse, None, instance)
        after_corruption, _ = evaluate(warehouse, "}{", instance)

    assert isinstance(first, dg.RunRequest)
    assert isinstance(after_loss, dg.RunRequest)
    assert isinstance(after_corruption, dg.RunRequest)
    assert first.run_key == after_loss.run_key == after_corruption.run_key


def test_an_empty_table_is_nothing_new(warehouse: DuckDBWarehouse):
    with warehouse.session() as session:
        session.execute("delete from raw.orders")
    with dg.instance_for_test() as instance:
        result, cursor = evaluate(warehouse, None, instance)

    assert isinstance(result, dg.SkipReason)
    assert cursor is None


def test_a_table_that_does_not_exist_yet_is_nothing_new(warehouse: DuckDBWarehouse):
    with warehouse.session() as session:
        session.execute("drop table raw.orders")
    with dg.instance_for_test() as instance:
        result, _ = evaluate(warehouse, None, instance)

    assert isinstance(result, dg.SkipReason)


def test_it_does_not_wait_for_somebody_who_holds_the_file(warehouse: DuckDBWarehouse):
    import subprocess
    import sys
    import time

    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(warehouse.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        started = time.monotonic()
        with dg.instance_for_test() as instance:
            result, cursor = evaluate(warehouse, "before", instance)
        waited = time.monotonic() - started
        holder.stdin.close()

    assert isinstance(result, dg.SkipReason)
    assert str(holder.pid) in str(result.skip_message)
    assert cursor == "before"
    assert waited < 30
    assert duckdb.connect(warehouse.path).execute("select count(*) from raw.orders").fetchall()
