"""The yardstick: a compiled loop over baskets with one counter a pair of products.

Products are coded by popularity, so that the counters in use lie close together; the counters are
the lower triangle of the pair table. Compiled when imported, which is not in the measured time.
"""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numba import njit

from pairs.rules import MIN_PAIR_ORDERS, write_rules

CODED_LINES = """
with demand_orders as (
    select order_id, cast(row_number() over () - 1 as integer) as basket
    from staging.stg_orders
    where is_demand
),
products as (
    select
        product_id,
        cast(row_number() over (order by count(*) desc, product_id) - 1 as integer) as code
    from staging.stg_order_items
    group by product_id
)
select demand_orders.basket, products.code
from staging.stg_order_items as items
inner join demand_orders on items.order_id = demand_orders.order_id
inner join products on items.product_id = products.product_id
"""
PRODUCT_IDS = """
select product_id
from staging.stg_order_items
group by product_id
order by count(*) desc, product_id
"""


@njit("Tuple((i8, i4[:], i4[:]))(i4[:], i4[:], i8, i8)")
def count_pairs(basket, code, baskets, products):
    """Return baskets with a product, baskets a product, baskets a pair (lower triangle)."""
    start = np.zeros(baskets + 1, np.int64)
    for line in range(len(basket)):
        start[basket[line] + 1] += 1
    for number in range(baskets):
        start[number + 1] += start[number]
    grouped = np.empty(len(code), np.int32)
    free = start[:-1].copy()
    for line in range(len(code)):
        grouped[free[basket[line]]] = code[line]
        free[basket[line]] += 1

    filled = 0
    singles = np.zeros(products, np.int32)
    pairs = np.zeros(products * (products - 1) // 2, np.int32)
    for number in range(baskets):
        items = np.sort(grouped[start[number] : start[number + 1]])
        filled += len(items) > 0
        distinct = 0
        for item in items:
            if distinct and items[distinct - 1] == item:
                continue
            items[distinct] = item
            distinct += 1
            singles[item] += 1
            row = item * (item - 1) // 2
            for other in range(distinct - 1):
                pairs[row + items[other]] += 1
    return filled, singles, pairs


def run(database: Path) -> None:
    """Read coded lines, count, write."""
    with duckdb.connect(database) as connection:
        lines = connection.execute(CODED_LINES).fetchnumpy()
        ids = connection.execute(PRODUCT_IDS).df()["product_id"]
        orders = int(lines["basket"].max()) + 1
        n, singles, counts = count_pairs(lines["basket"], lines["code"], orders, len(ids))
        del lines
        found = np.flatnonzero(counts >= MIN_PAIR_ORDERS)
        first_of_row = np.arange(len(ids)) * (np.arange(len(ids)) - 1) // 2
        high = np.searchsorted(first_of_row, found, side="right") - 1
        low = found - first_of_row[high]
        high_is_a = ids.to_numpy()[high] < ids.to_numpy()[low]
        pairs = pd.DataFrame(
            {
                "product_a_id": ids.array.take(np.where(high_is_a, high, low)),
                "product_b_id": ids.array.take(np.where(high_is_a, low, high)),
                "n_ab": counts[found],
            }
        )
        write_rules(connection, pairs, pd.Series(singles, index=ids), n)
