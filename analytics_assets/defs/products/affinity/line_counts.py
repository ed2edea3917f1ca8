"""Basket counts from the lines themselves, where they may be held in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from analytics_assets.defs.products.affinity.counts import BasketCounts
from analytics_assets.defs.products.affinity.pair_counts import Positions, pair_counts
from analytics_assets.defs.products.affinity.strata import draw_strata
from analytics_assets.lib.months import first_days

Integers = npt.NDArray[np.int64]

# As many as keep what is made of their lines in the processor's cache.
BASKETS_AT_ONCE = 50_000


@dataclass(frozen=True)
class BasketLines:
    """The lines of the baskets, as integers; the same line may come twice.

    Attributes:
        basket: int32, not negative.
        order_month: int32, months since January of year 0, the same in all lines of a basket.
        product: int32, positions in ``product_ids``.
        product_ids: distinct, in any order, each of some line.
    """

    basket: npt.NDArray[np.int32]
    order_month: npt.NDArray[np.int32]
    product: npt.NDArray[np.int32]
    product_ids: Sequence[str]


def line_counts(lines: BasketLines, min_pair_orders: int) -> BasketCounts:
    """Return what the statements of ``warehouse.queries.baskets`` count, from their lines.

    Pairs in fewer than ``min_pair_orders`` baskets are left out.
    """
    ids = pd.Series(lines.product_ids, dtype="str")
    by_id = ids.argsort().to_numpy()
    code = np.empty(len(ids), np.int64)
    code[by_id] = np.arange(len(ids))
    # While they are counted, products are numbered by frequency.
    by_frequency = np.argsort(-_times_found(lines.product, len(ids)), kind="stable")
    number = np.empty(len(ids), np.int32)
    number[by_frequency] = np.arange(len(ids))

    months = np.zeros(lines.basket.max(initial=-1) + 1, np.int64)
    months[lines.basket] = lines.order_month
    baskets = sparse.csr_array(
        (np.ones(len(lines.basket), np.bool_), (lines.basket, number[lines.product])),
        shape=(len(months), len(ids)),
    )
    # Of a basket's products it keeps each once, in ascending order.
    baskets.sum_duplicates()
    sizes: Integers = np.diff(baskets.indptr).astype(np.int64)
    orders = _times_found(baskets.indices, len(ids))
    one, other, together = pair_counts(baskets, orders, min_pair_orders)
    one, other = code[by_frequency[one]], code[by_frequency[other]]
    # A sparse table sorts by row and column faster than a sort.
    pairs = sparse.csr_array(
        (together, (np.minimum(one, other), np.maximum(one, other))), shape=(len(ids), len(ids))
    ).tocoo()

    return BasketCounts(
        total_orders=int((sizes > 0).sum()),
        min_pair_orders=min_pair_orders,
        products=pd.DataFrame(
            {
                "product_code": np.arange(len(ids)),
                "product_id": ids.iloc[by_id].reset_index(drop=True),
                "product_orders": orders[number[by_id]],
            }
        ),
        partners=_partners(baskets, sizes, months, code[by_frequency]),
        pairs=pd.DataFrame(
            {
                "product_a_code": pairs.row.astype(np.int64),
                "product_b_code": pairs.col.astype(np.int64),
                "times_bought_together": pairs.data,
            }
        ),
    )


def _times_found(numbers: Positions, length: int) -> Integers:
    """Return how often each number from 0 to ``length`` less one is there.

    As bincount does, which first makes a copy of twice the size.
    """
    times = np.zeros(length, np.int64)
    np.add.at(times, numbers, np.int64(1))
    return times


def _partners(
    baskets: sparse.csr_array, sizes: Integers, months: Integers, code: Integers
) -> pd.DataFrame:
    """Return (product_code, stratum, partners): a product's partners in each stratum's baskets."""
    width = sizes.max(initial=0) + 1
    kind_of_basket, month_and_size = pd.factorize(months * width + sizes, sort=True)
    month, basket_size = np.divmod(month_and_size, width)
    order_month = first_days(month)
    strata = draw_strata(
        pd.DataFrame(
            {
                "order_month": order_month,
                "basket_size": basket_size,
                "baskets": np.bincount(kind_of_basket, minlength=len(month_and_size)),
            }
        )
    )
    # The number after the last is for baskets in no stratum.
    stratum_of_kind = np.full(len(month_and_size), len(strata))
    for number, stratum in enumerate(strata):
        is_in = (
            (order_month >= np.datetime64(stratum.month_from))
            & (order_month <= np.datetime64(stratum.month_to))
            & (basket_size >= stratum.size_from)
            & (basket_size <= stratum.size_to)
        )
        stratum_of_kind[is_in] = number

    products = baskets.shape[1]
    sums = np.zeros((len(strata) + 1, products), np.int64)
    first_sum = stratum_of_kind * products
    for first in range(0, len(sizes), BASKETS_AT_ONCE):
        some = slice(first, first + BASKETS_AT_ONCE)
        sizes_of_some = sizes[some]
        lines = slice(baskets.indptr[first], baskets.indptr[first + len(sizes_of_some)])
        of_line = np.repeat(first_sum[kind_of_basket[some]], sizes_of_some)
        of_line += code[baskets.indices[lines]]
        np.add.at(sums.ravel(), of_line, np.repeat(sizes_of_some - 1, sizes_of_some))
    stratum_found, code_found = sums[:-1].nonzero()
    return pd.DataFrame(
        {
            "product_code": code_found,
            "stratum": stratum_found,
            "partners": sums[stratum_found, code_found],
        }
    )
