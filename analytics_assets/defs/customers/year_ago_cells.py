"""What came of customers like these a year ago: the level of the forecast, by cells of customers.

Customers active at a day, with a purchase in the 365 days up to it, are sorted into cells by how
long ago they last bought and on how many days of those 365 they did. The same cells at a day whose
following year is over say what a customer of a cell brings on average.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics_assets.defs.customers.maximum_likelihood import FloatArray
from analytics_assets.lib.merging import merge_adjacent

IntArray = npt.NDArray[np.int64]

# Upper ends, both included; the last class of purchase days is open.
RECENCY_BANDS = (30, 91, 182, 365)
PURCHASE_DAY_CLASSES = (1, 2, 4, 8)
CELL_CUSTOMERS = 50


@dataclass(frozen=True)
class Cells:
    """The cells of one day and what came of them in the 365 days after it.

    Attributes:
        cell_of: cell number of each recency band and class of purchase days, (4, 5).
        customers, purchase_days, revenue, bought: sums per cell, (k,): customers active at the
            day, and their purchase days, revenue and how many bought, in the year after it.
        low, high: 10 % and 90 % order statistic of the following revenue over the revenue of the
            365 days before, per cell, (k,); NaN for a cell without such customers.
    """

    cell_of: IntArray
    customers: IntArray
    purchase_days: FloatArray
    revenue: FloatArray
    bought: FloatArray
    low: FloatArray
    high: FloatArray

    def of(self, days_since_last: FloatArray, purchase_days: FloatArray) -> IntArray:
        """Return the cell number of each customer, (n,)."""
        band, klass = _classes(days_since_last, purchase_days)
        return self.cell_of[band, klass]


def draw_cells(
    days_since_last: FloatArray,
    purchase_days: FloatArray,
    revenue: FloatArray,
    following_purchase_days: FloatArray,
    following_revenue: FloatArray,
) -> Cells:
    """Return the cells of the customers active at a day, (n,) each.

    Recency bands first, then classes of purchase days within the band: adjacent ones are merged
    until a cell holds 50 customers, a last small one joins its neighbour.

    Args:
        days_since_last: r, 0 to 364.
        purchase_days: d, purchase days of the 365 days up to the day, from 1.
        revenue: s, revenue of those days.
        following_purchase_days: in the 365 days after the day, 0 for who did not buy.
        following_revenue: likewise.
    """
    band, klass = _classes(days_since_last, purchase_days)
    shape = len(RECENCY_BANDS), len(PURCHASE_DAY_CLASSES) + 1
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, (band, klass), 1)
    cell_of = np.empty(shape, dtype=np.int64)
    cell_number = 0
    for bands in merge_adjacent(counts.sum(axis=1).tolist(), CELL_CUSTOMERS):
        for classes in merge_adjacent(counts[bands].sum(axis=0).tolist(), CELL_CUSTOMERS):
            cell_of[bands, classes] = cell_number
            cell_number += 1

    cell = cell_of[band, klass]

    def summed(values: FloatArray) -> FloatArray:
        return np.bincount(cell, weights=values, minlength=cell_number).astype(np.float64)

    low, high = np.full(cell_number, np.nan), np.full(cell_number, np.nan)
    spent = revenue > 0
    for number in range(cell_number):
        rows = spent & (cell == number)
        low[number], high[number] = _outer_tenths(following_revenue[rows] / revenue[rows])
    return Cells(
        cell_of=cell_of,
        customers=np.bincount(cell, minlength=cell_number).astype(np.int64),
        purchase_days=summed(following_purchase_days),
        revenue=summed(following_revenue),
        bought=summed((following_purchase_days > 0).astype(float)),
        low=low,
        high=high,
    )


def _classes(days_since_last: FloatArray, purchase_days: FloatArray) -> tuple[IntArray, IntArray]:
    return (
        np.searchsorted(RECENCY_BANDS, days_since_last),
        np.searchsorted(PURCHASE_DAY_CLASSES, purchase_days),
    )


def _outer_tenths(ratios: FloatArray) -> tuple[float, float]:
    """Return the order statistics floor(.1 (n + 1)) and ceil(.9 (n + 1)), within 1 to n."""
    n = len(ratios)
    if n == 0:
        return float("nan"), float("nan")
    ordered = np.sort(ratios)
    low, high = max((n + 1) // 10, 1), min(-(-9 * (n + 1) // 10), n)
    return float(ordered[low - 1]), float(ordered[high - 1])
