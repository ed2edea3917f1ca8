"""Strata of baskets alike in calendar month and size, within which products are compared."""

import datetime
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

STRATUM_BASKETS = 200


@dataclass(frozen=True)
class Stratum:
    """A range of months and of basket sizes, both ends included, and how many baskets it holds."""

    month_from: datetime.date
    month_to: datetime.date
    size_from: int
    size_to: int
    baskets: int


def draw_strata(sizes: pd.DataFrame) -> list[Stratum]:
    """Return the strata of the baskets that hold a pair, by month, then size.

    A month with fewer than ``STRATUM_BASKETS`` such baskets joins the next, the last one the one
    before. Within a month adjacent sizes are merged until a stratum holds ``STRATUM_BASKETS``; a
    last small stratum joins its neighbour. One-item baskets hold no pair and are in no stratum.

    Args:
        sizes: one row a month and size. order_month (datetime64, first of the month),
            basket_size (int, distinct products), baskets (int).
    """
    pairing = sizes[sizes["basket_size"] > 1]
    strata = []
    for by_month in _merge_adjacent(pairing.groupby("order_month")["baskets"].sum()):
        months = [month.date() for month in by_month.index]
        period = pairing[pairing["order_month"].isin(by_month.index)]
        for by_size in _merge_adjacent(period.groupby("basket_size")["baskets"].sum()):
            strata.append(
                Stratum(
                    month_from=months[0],
                    month_to=months[-1],
                    size_from=int(by_size.index[0]),
                    size_to=int(by_size.index[-1]),
                    baskets=int(by_size.sum()),
                )
            )
    return strata


def _merge_adjacent(baskets: "pd.Series[int]") -> list["pd.Series[int]"]:
    """Return ``baskets`` in slices, each just long enough to sum to ``STRATUM_BASKETS``."""
    ends = []
    held = 0
    for end, count in enumerate(baskets, start=1):
        held += count
        if held >= STRATUM_BASKETS:
            ends.append(end)
            held = 0
    # What is left at the end is too small for a slice: the last one takes it.
    ends = [*ends[:-1], len(baskets)]
    return [baskets.iloc[start:end] for start, end in pairwise([0, *ends]) if end > start]
