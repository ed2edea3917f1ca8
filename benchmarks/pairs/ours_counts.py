"""This project's counts with the same few measures as the peers write, for a like comparison."""

from pathlib import Path

from analytics_assets.defs.products.baskets import basket_counts
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from pairs.ours import WINDOW
from pairs.rules import write_rules


def run(database: Path) -> None:
    """Count as the asset does, strata included; write the peers' columns."""
    with DuckDBWarehouse(database).session() as session:
        counts = basket_counts(session, WINDOW)
        ids = counts.products["product_id"]
        pairs = counts.pairs
        rules = pairs[["times_bought_together"]].rename(columns={"times_bought_together": "n_ab"})
        rules["product_a_id"] = ids.array.take(pairs["product_a_code"])
        rules["product_b_id"] = ids.array.take(pairs["product_b_code"])
        products = counts.products.set_index("product_id")["product_orders"]
        write_rules(session.connection, rules, products, counts.total_orders)
