"""Sales that the files give no amount: named, and a blocked run where they are many."""

from pathlib import Path

import dagster as dg
import duckdb
import pytest
from materialized_shop import run_job, settings_for

from analytics_assets.defs.automation.jobs import daily_job

pytestmark = pytest.mark.slow


def test_sales_without_an_amount_are_named_and_stop_the_run_where_they_are_many(tmp_path: Path):
    orders = ["order_id,customer_id,order_date,order_status,total_amount"]
    for number in range(30):
        # A third of the completed orders; cancelled ones need no amount.
        status = "cancelled" if number >= 27 else "completed"
        amount = "" if number % 3 == 0 or number >= 27 else "20.00"
        orders.append(f"o{number},C{number % 9},2025-01-{number + 1:02d},{status},{amount}")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "orders.csv").write_text("\n".join(orders) + "\n")
    lines = "".join(f"o{number},P{number % 3},1,20.00\n" for number in range(30))
    (tmp_path / "files" / "order_items.csv").write_text(
        f"order_id,product_id,quantity,unit_price\n{lines}"
    )
    settings = settings_for(tmp_path, ANALYTICS_LANDING_DIR=str(tmp_path / "files"))

    result = run_job(settings, daily_job.name)

    assert not result.success
    [check] = [
        check
        for check in result.get_asset_check_evaluations()
        if check.check_name == "every_sale_has_an_amount"
    ]
    assert check.severity is dg.AssetCheckSeverity.ERROR
    assert str(check.description).startswith("9 rows of 30 (30.0 %)")
    assert "land total_amount with them" in str(check.description)
    with duckdb.connect(settings.duckdb_path, read_only=True) as connection:
        made = connection.execute(
            "select count(*) from information_schema.tables where table_schema = 'analytics'"
        ).fetchall()
    assert made == [(0,)]
