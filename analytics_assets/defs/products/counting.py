"""Counts of baskets, products and pairs, made in memory from the lines: NumPy only.

What ``baskets`` has a warehouse count by statements, to the last bit. A join of the lines with
themselves sorts or hashes every pair of every basket; a counter that lies where its two products
say needs neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from analytics_assets.defs.products.expected_together import draw_strata

Integers = npt.NDArray[np.int64]
Positions = npt.NDArray[np.integer[Any]]
Weights = npt.NDArray[np.float64]

# As many as keep what is made of their lines in the processor's cache.
BASKETS_AT_ONCE = 50_000
# Pairs of as many baskets at a time as keep their positions in the processor's cache.
PAIRS_AT_ONCE = 300_000
COUNTERS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class BasketCounts:
    """Counts of the baskets of one window.

    Attributes:
        total_orders: number of baskets, one-item baskets included.
        min_pair_orders: pairs in fewer baskets are not in ``pairs``.
        products: one row per product, sorted by code. product_code (int64, 0, 1, 2, ...),
            product_id (text, ascending: the order of the codes is the order of the ids),
            product_orders (int64, baskets that hold it).
        partners: one row per product and stratum. product_code, stratum, partners (int64, the sum
            of basket size - 1 over the stratum's baskets that hold the product).
        pairs: one row per pair. product_a_code < product_b_code, times_bought_together (int64,
            baskets that hold both).
    """

    total_orders: int
    min_pair_orders: int
    products: pd.DataFrame
    partners: pd.DataFrame
    pairs: pd.DataFrame


@dataclass(frozen=True)
class BasketLines:
    """The lines of the baskets, as integers; the same line may come twice.

    Attributes:
        basket: int32, not negative.
        order_week: int32, as in ``Stratum``, the same in all lines of a basket.
        product: int32, positions in ``product_ids``.
        product_ids: distinct, in any order, each of some line.
    """

    basket: npt.NDArray[np.int32]
    order_week: npt.NDArray[np.int32]
    product: npt.NDArray[np.int32]
    product_ids: Sequence[str]


def line_counts(lines: BasketLines, min_pair_orders: int) -> BasketCounts:
    """Return what the statements of ``baskets`` count, from their lines.

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

    weeks = np.zeros(lines.basket.max(initial=-1) + 1, np.int64)
    weeks[lines.basket] = lines.order_week
    baskets = sparse.csr_array(
        (np.ones(len(lines.basket), np.bool_), (lines.basket, number[lines.product])),
        shape=(len(weeks), len(ids)),
    )
    # Of a basket's products it keeps each once, in ascending order.
    baskets.sum_duplicates()
    sizes: Integers = np.diff(baskets.indptr).astype(np.int64)
    orders = _times_found(baskets.indices, len(ids))
    one, other, together, _ = pair_counts(baskets, orders, min_pair_orders)
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
        partners=_partners(baskets, sizes, weeks, code[by_frequency]),
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
    baskets: sparse.csr_array, sizes: Integers, weeks: Integers, code: Integers
) -> pd.DataFrame:
    """Return (product_code, stratum, partners): a product's partners in each stratum's baskets."""
    width = sizes.max(initial=0) + 1
    kind_of_basket, week_and_size = pd.factorize(weeks * width + sizes, sort=True)
    order_week, basket_size = np.divmod(week_and_size, width)
    strata = draw_strata(
        pd.DataFrame(
            {
                "order_week": order_week,
                "basket_size": basket_size,
                "baskets": np.bincount(kind_of_basket, minlength=len(week_and_size)),
            }
        )
    )
    # The number after the last is for baskets in no stratum.
    stratum_of_kind = np.full(len(week_and_size), len(strata))
    for number, stratum in enumerate(strata):
        is_in = (
            (order_week >= stratum.week_from)
            & (order_week <= stratum.week_to)
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


def weighed_pairs(
    basket: Positions, product: Positions, weight: Weights, min_pair_orders: int
) -> pd.DataFrame:
    """Return the pairs in ``min_pair_orders`` baskets or more, with the sum of their weights.

    Args:
        basket: not negative, one per line; a basket holds a product once.
        product: product code of the line.
        weight: of the line's basket.
        min_pair_orders: at least 1.

    Returns:
        product_a_code < product_b_code, times_bought_together (int64), votes_together (float64).
    """
    products = product.max(initial=-1) + 1
    times = _times_found(product, products)
    by_frequency = np.argsort(-times, kind="stable")
    number = np.empty(products, np.int32)
    number[by_frequency] = np.arange(products)

    weights = np.zeros(basket.max(initial=-1) + 1)
    weights[basket] = weight
    baskets = sparse.csr_array(
        (np.ones(len(basket), np.bool_), (basket, number[product])), shape=(len(weights), products)
    )
    baskets.sort_indices()
    one, other, together, sums = pair_counts(baskets, times[by_frequency], min_pair_orders, weights)
    one, other = by_frequency[one], by_frequency[other]
    return pd.DataFrame(
        {
            "product_a_code": np.minimum(one, other),
            "product_b_code": np.maximum(one, other),
            "times_bought_together": together,
            "votes_together": sums,
        }
    )


def pair_counts(
    baskets: sparse.csr_array,
    product_orders: Integers,
    min_pair_orders: int,
    weights: Weights | None = None,
) -> tuple[Integers, Integers, Integers, Weights]:
    """Return each pair's products, the larger number first, its baskets, and their weights' sum.

    Pairs in fewer than ``min_pair_orders`` baskets are left out, and so is beforehand every product
    in fewer, which can be in no such pair. A counter of 4 bytes is kept for every pair of the
    products that are left, and one of 8 bytes where there are weights. It is fastest where small
    numbers stand for frequent products, whose counters then lie close together.

    Args:
        baskets: a row a basket, a column a product; whatever is stored is in the basket, each
            product once, in ascending order.
        product_orders: baskets that hold each product, by its number.
        min_pair_orders: at least 1.
        weights: one per basket; without them the sums are empty.
    """
    [frequent] = np.nonzero(product_orders >= min_pair_orders)
    kept = baskets[:, frequent] if len(frequent) < len(product_orders) else baskets
    rows = np.arange(len(frequent))
    counters = np.zeros(len(rows) * (len(rows) - 1) // 2, np.int32)
    sums = np.zeros(0 if weights is None else len(counters))
    row_starts: Positions = (rows * (rows - 1) // 2).astype(
        sparse.get_index_dtype(maxval=len(counters))
    )
    _add_pairs(counters, sums, row_starts, kept, weights)

    found = np.concatenate(
        [
            first + np.flatnonzero(counters[first : first + COUNTERS_AT_ONCE] >= min_pair_orders)
            for first in range(0, len(counters) or 1, COUNTERS_AT_ONCE)
        ]
    )
    row = np.searchsorted(row_starts, found, side="right") - 1
    column = found - row_starts[row]
    summed = sums if weights is None else sums[found]
    return frequent[row], frequent[column], counters[found].astype(np.int64), summed


def _add_pairs(
    counters: npt.NDArray[np.int32],
    sums: Weights,
    row_starts: Positions,
    baskets: sparse.csr_array,
    weights: Weights | None,
) -> None:
    """Count every pair of every basket, and add its weight; baskets of one size go together."""
    starts, items = baskets.indptr, baskets.indices
    sizes = np.diff(starts)
    by_size = np.argsort(sizes, kind="stable")
    ends = np.cumsum(np.bincount(sizes))
    for size in range(2, len(ends)):
        group = by_size[ends[size - 1] : ends[size]]
        step = PAIRS_AT_ONCE // (size * (size - 1) // 2)
        if step == 0:
            for basket in group:
                held = items[starts[basket] : starts[basket + 1]]
                for number, item in enumerate(held):
                    # The positions of all its pairs at once would not fit into memory.
                    positions = row_starts[item] + held[:number]
                    counters[positions] += 1
                    if weights is not None:
                        sums[positions] += weights[basket]
        elif len(group):
            low, high = np.triu_indices(size, 1)
            for first in range(0, len(group), step):
                some = group[first : first + step]
                # A row an item, a column a basket: whole rows are taken faster than columns.
                rows = items[starts[some] + np.arange(size)[:, None]]
                positions = row_starts[rows].take(high, axis=0)
                positions += rows.take(low, axis=0)
                np.add.at(counters, positions.ravel(), np.int32(1))
                if weights is not None:
                    added = np.broadcast_to(weights[some], positions.shape)
                    np.add.at(sums, positions.ravel(), added.ravel())
