"""How often two products would share a basket if, among baskets alike, products were unrelated.

Baskets alike are those of one stratum: of one week and size. Within a stratum it is the
quasi-independence model of its symmetric co-occurrence table with an empty diagonal: Bishop,
Fienberg & Holland, Discrete Multivariate Analysis (1975), chapter 5.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics_assets.lib.merging import merge_adjacent

STRATUM_BASKETS = 50
TOLERANCE = 1e-9
MAX_ROUNDS = 1000
STRATA_AT_ONCE = 64
PAIRS_AT_ONCE = 1 << 12

_PARTNERS = ("product_code", "stratum", "partners")


@dataclass(frozen=True)
class Stratum:
    """A range of weeks and of basket sizes, both ends included.

    Weeks are numbered from the one that begins on Monday, 1970-01-05.
    """

    week_from: int
    week_to: int
    size_from: int
    size_to: int


def draw_strata(sizes: pd.DataFrame) -> list[Stratum]:
    """Return the strata of the baskets that hold a pair, by week, then size.

    A week with fewer than ``STRATUM_BASKETS`` such baskets joins the next, the last one the one
    before. Within a week adjacent sizes are merged until a stratum holds ``STRATUM_BASKETS``; a
    last small stratum joins its neighbour. One-item baskets hold no pair and are in no stratum.

    Args:
        sizes: one row per week and size, sorted by both. order_week (int, as in ``Stratum``),
            basket_size (int, distinct products), baskets (int).
    """
    pairing = sizes[sizes["basket_size"] > 1]
    strata = []
    by_week = pairing.groupby("order_week")["baskets"].sum()
    for some_weeks in merge_adjacent(by_week.tolist(), STRATUM_BASKETS):
        weeks = by_week.index[some_weeks]
        period = pairing[pairing["order_week"].isin(weeks)]
        by_size = period.groupby("basket_size")["baskets"].sum()
        for some_sizes in merge_adjacent(by_size.tolist(), STRATUM_BASKETS):
            sizes_held = by_size.index[some_sizes]
            strata.append(
                Stratum(
                    week_from=int(weeks[0]),
                    week_to=int(weeks[-1]),
                    size_from=int(sizes_held[0]),
                    size_to=int(sizes_held[-1]),
                )
            )
    return strata


def fit_weights(partners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the weights w of one stratum that solve w_A * (sum(w) - w_A) = partners_A.

    By ``w <- sqrt(w * partners / (sum(w) - w))`` until no weight changes by more than
    ``TOLERANCE`` of itself, about 20 rounds.

    Two products have many solutions with one product w_A * w_B; this finds one of them. Where one
    product is in every basket of a stratum of pairs, no finite solution exists: the rounds then
    approach its limit (that product's partners as counted, none between the others) and end after
    ``MAX_ROUNDS``, within 0.2 % of it. A product without partners weighs 0.

    Args:
        partners: one number per product, R of the stratum, at least 0.
    """
    weights = np.zeros(len(partners))
    found = partners > 0
    if np.count_nonzero(found) < 2:
        return weights
    partners = partners[found]
    fitted = partners / np.sqrt(partners.sum())
    for _ in range(MAX_ROUNDS):
        updated = np.sqrt(fitted * partners / (fitted.sum() - fitted))
        change = np.abs(updated / fitted - 1).max()
        fitted = updated
        if change < TOLERANCE:
            break
    weights[found] = fitted
    return weights


def expected_together(
    partners: pd.DataFrame,
    product_a: npt.NDArray[np.int64],
    product_b: npt.NDArray[np.int64],
    products: int,
) -> npt.NDArray[np.float64]:
    """Return the expected number of baskets that hold both: the sum over strata of w_A * w_B.

    Args:
        partners: product_code, stratum, partners, one row per product and stratum, in any order.
        product_a: product codes, one per pair.
        product_b: product codes, one per pair.
        products: number of products; codes run from 0 to one less.
    """
    code, stratum, counted = (partners[name].to_numpy() for name in _PARTNERS)
    # Sums of floats depend on their order: sorted rows give the same bits whatever the engine did.
    # Counted in memory they are sorted already, which a stable sort notices.
    by_stratum = np.argsort(stratum * products + code, kind="stable")
    code, stratum, counted = code[by_stratum], stratum[by_stratum], counted[by_stratum]
    starts = 1 + np.flatnonzero(np.diff(stratum))
    fits = [
        (codes, fit_weights(of_stratum.astype(np.float64)))
        for codes, of_stratum in zip(np.split(code, starts), np.split(counted, starts), strict=True)
    ]
    expected = np.zeros(len(product_a))
    for first in range(0, len(fits), STRATA_AT_ONCE):
        some = fits[first : first + STRATA_AT_ONCE]
        weights = np.zeros((products, len(some)))
        for column, (codes, fitted) in enumerate(some):
            weights[codes, column] = fitted
        for start in range(0, len(expected), PAIRS_AT_ONCE):
            block = slice(start, start + PAIRS_AT_ONCE)
            expected[block] += np.einsum(
                "ij,ij->i", weights[product_a[block]], weights[product_b[block]]
            )
    return expected
