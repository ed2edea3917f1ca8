"""What basket lift needs to know of the baskets: integer counts, and nothing derived from them."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class BasketCounts:
    """Counts of the baskets of one window.

    Attributes:
        total_orders: number of baskets, one-item baskets included.
        min_pair_orders: pairs in fewer baskets are not in ``pairs``.
        products: one row a product, sorted by code. product_code (int64, 0, 1, 2, ...),
            product_id (text, ascending: the order of the codes is the order of the ids),
            product_orders (int64, baskets that hold it).
        partners: one row a product and stratum. product_code, stratum, partners (int64, the sum
            of basket size - 1 over the stratum's baskets that hold the product).
        pairs: one row a pair. product_a_code < product_b_code, times_bought_together (int64,
            baskets that hold both).
    """

    total_orders: int
    min_pair_orders: int
    products: pd.DataFrame
    partners: pd.DataFrame
    pairs: pd.DataFrame
