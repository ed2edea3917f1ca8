"""What every method of this comparison writes: each pair with its counts and textbook measures."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

MIN_PAIR_ORDERS = 5

# Distinct products of each demand order, for the methods that do not make them themselves.
LINES = """
select distinct items.order_id, items.product_id
from staging.stg_order_items as items
inner join staging.stg_orders as orders on items.order_id = orders.order_id
where orders.is_demand
"""


def measures(n: int) -> str:
    """Return the SQL of the measures over columns n_ab, n_a, n_b, of ``n`` baskets."""
    return f"""
    n_ab as times_bought_together,
    n_a as product_a_orders,
    n_b as product_b_orders,
    n_ab / {n} as support,
    n_ab / n_a as confidence_a_to_b,
    n_ab / n_b as confidence_b_to_a,
    n_ab * {float(n)} / (n_a * n_b) as lift
"""


def write_rules(
    connection: duckdb.DuckDBPyConnection, pairs: pd.DataFrame, products: pd.Series, baskets: int
) -> None:
    """Write analytics.result.

    Args:
        connection: to the shop.
        pairs: product_a_id, product_b_id, n_ab; every unordered pair once.
        products: how many baskets hold each product, by its id.
        baskets: how many there are.
    """
    n_a = products.loc[pairs["product_a_id"]].to_numpy(np.int64)
    n_b = products.loc[pairs["product_b_id"]].to_numpy(np.int64)
    counted = pa.Table.from_pandas(pairs.assign(n_a=n_a, n_b=n_b), preserve_index=False)
    connection.register("counted", counted)
    connection.execute(
        "create or replace table analytics.result as "
        f"select product_a_id, product_b_id, {measures(baskets)} from counted"
    )
