"""Sales that the files give no amount: named, and a blocked run where they are many."""

from pathlib import Path

import pytest
from through_the_graph import found, rows, run

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

    result = run(tmp_path, tmp_path / "files")

    assert not result.success
    said = found(result)["every_sale_has_an_amount"]
    assert said.startswith("ERROR 9 rows of 30 (30.0 %)")
    assert "land total_amount with them" in said
    assert rows(tmp_path, "select 1 from duckdb_tables() where schema_name = 'analytics'") == []
