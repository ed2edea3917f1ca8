"""A file of customers of any content, landed beside an empty shop."""

import tempfile
from pathlib import Path

import duckdb

from analytics_assets.intake import land

COLUMNS = ("customer_id", "first_name", "address")


def land_customers(content: bytes) -> tuple[int, list[tuple], dict[int, str]]:
    """Return how many rows were read, those that landed, and of each other one the reason."""
    with tempfile.TemporaryDirectory() as name, duckdb.connect(config={"threads": 1}) as connection:
        folder = Path(name)
        (folder / "orders.csv").write_text("order_id,order_date,order_status,total_amount\n")
        (folder / "order_items.csv").write_text("order_id,product_id,quantity,unit_price\n")
        (folder / "customers.csv").write_bytes(content)
        landed = land(connection, folder).tables["customers"]
        accepted = connection.execute(f"select {', '.join(COLUMNS)} from raw.customers").fetchall()
        refused = connection.execute(
            "select row_number, reason from raw.quarantined_rows order by row_number"
        ).fetchall()
    counts = (landed.rows_accepted, landed.rows_quarantined)
    assert counts == (len(accepted), len(refused))
    assert landed.rows_read == sum(counts) + landed.rows_superseded
    return landed.rows_read, accepted, dict(refused)
