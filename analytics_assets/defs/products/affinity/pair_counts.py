"""How many baskets hold each pair of products, counted in memory: one counter a pair.

A join of the lines with themselves sorts or hashes every pair of every basket; a counter that lies
where its two products say needs neither.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Integers = npt.NDArray[np.int64]
Positions = npt.NDArray[np.integer[Any]]

# Pairs of as many baskets at a time as keep their positions in the processor's cache.
PAIRS_AT_ONCE = 300_000
COUNTERS_AT_ONCE = 1_000_000


def pair_counts(
    baskets: sparse.csr_array, product_orders: Integers, min_pair_orders: int
) -> tuple[Integers, Integers, Integers]:
    """Return the two products of each pair, the larger number first, and the baskets with both.

    Pairs in fewer than ``min_pair_orders`` baskets are left out, and so is beforehand every product
    in fewer, which can be in no such pair. A counter of 4 bytes is kept for every pair of the
    products that are left. It is fastest where small numbers stand for frequent products, whose
    counters then lie close together.

    Args:
        baskets: a row a basket, a column a product; whatever is stored is in the basket, each
            product once, in ascending order.
        product_orders: baskets that hold each product, by its number.
        min_pair_orders: at least 1.
    """
    [frequent] = np.nonzero(product_orders >= min_pair_orders)
    kept = baskets[:, frequent] if len(frequent) < len(product_orders) else baskets
    rows = np.arange(len(frequent))
    counters = np.zeros(len(rows) * (len(rows) - 1) // 2, np.int32)
    row_starts: Positions = (rows * (rows - 1) // 2).astype(
        sparse.get_index_dtype(maxval=len(counters))
    )
    _add_pairs(counters, row_starts, kept.indptr, kept.indices)

    found = np.concatenate(
        [
            first + np.flatnonzero(counters[first : first + COUNTERS_AT_ONCE] >= min_pair_orders)
            for first in range(0, len(counters) or 1, COUNTERS_AT_ONCE)
        ]
    )
    row = np.searchsorted(row_starts, found, side="right") - 1
    column = found - row_starts[row]
    return frequent[row], frequent[column], counters[found].astype(np.int64)


def _add_pairs(
    counters: npt.NDArray[np.int32], row_starts: Positions, starts: Positions, items: Positions
) -> None:
    """Add one to the counter of every pair of every basket; baskets of one size go together."""
    sizes = np.diff(starts)
    starts_by_size = starts[np.argsort(sizes, kind="stable")]
    ends = np.cumsum(np.bincount(sizes))
    for size in range(2, len(ends)):
        group = starts_by_size[ends[size - 1] : ends[size]]
        step = PAIRS_AT_ONCE // (size * (size - 1) // 2)
        if step == 0:
            for start in group:
                _add_pairs_of_one(counters, row_starts, items[start : start + size])
        elif len(group):
            low, high = np.triu_indices(size, 1)
            for first in range(0, len(group), step):
                # A row an item, a column a basket: whole rows are taken faster than columns.
                rows = items[group[first : first + step] + np.arange(size)[:, None]]
                positions = row_starts[rows].take(high, axis=0)
                positions += rows.take(low, axis=0)
                np.add.at(counters, positions.ravel(), np.int32(1))


def _add_pairs_of_one(
    counters: npt.NDArray[np.int32], row_starts: Positions, items: Positions
) -> None:
    """Add the pairs of one large basket, whose positions at once would not fit into memory."""
    for number, item in enumerate(items):
        counters[row_starts[item] + items[:number]] += 1
