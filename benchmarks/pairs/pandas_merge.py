"""pandas: distinct lines merged with themselves on the order; ids made integer codes first."""

from pathlib import Path

import duckdb
import pandas as pd

from pairs.rules import LINES, MIN_PAIR_ORDERS, write_rules


def run(database: Path) -> None:
    """Merge, keep a < b, count, write."""
    with duckdb.connect(database) as connection:
        lines = connection.execute(LINES).df()
        order, orders = pd.factorize(lines["order_id"])
        code, ids = pd.factorize(lines["product_id"], sort=True)
        n = len(orders)
        lines = pd.DataFrame({"order": order.astype("int32"), "code": code.astype("int32")})
        products = pd.Series(lines["code"].value_counts(sort=False).sort_index().array, index=ids)
        enough = lines.groupby("code")["order"].transform("size") >= MIN_PAIR_ORDERS
        lines = lines[enough]
        both = lines.merge(lines, on="order", suffixes=("_a", "_b"))
        both = both[both["code_a"] < both["code_b"]]
        pairs = both.groupby(["code_a", "code_b"], sort=False).size()
        del both
        pairs = pairs[pairs >= MIN_PAIR_ORDERS].rename("n_ab").reset_index()
        pairs["product_a_id"] = ids[pairs.pop("code_a")]
        pairs["product_b_id"] = ids[pairs.pop("code_b")]
        write_rules(connection, pairs, products, n)
