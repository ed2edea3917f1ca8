"""Prices change over the years: what each product cost in each month, and what a line paid."""

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.products import PRODUCTS
from analytics_assets.demo_shop.rhythm import MONTHS

_RAISES = np.array([1.03, 1.05, 1.08, 0.95])
_PAID_PERCENT = np.array([100, 90, 80, 105])
_PAID_SHARE = np.array([0.90, 0.06, 0.03, 0.01])


def monthly_prices(rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return the list price in cents by month and product, shape (MONTHS, products).

    The last month has the catalogue's price. Going back, each product changed its price in one to
    three months, by one of a few usual steps.
    """
    prices = np.empty((MONTHS, len(PRODUCTS)), dtype=np.int64)
    for column, product in enumerate(PRODUCTS):
        changes = set(rng.choice(np.arange(2, MONTHS), size=rng.integers(1, 4), replace=False))
        price = product.price
        for month in reversed(range(MONTHS)):
            prices[month, column] = price
            if month in changes:
                price = round(price / rng.choice(_RAISES))
    return prices


def paid_prices(
    rng: np.random.Generator, list_prices: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the unit price in cents that each line paid, half up; mostly the list price."""
    percent = rng.choice(_PAID_PERCENT, size=len(list_prices), p=_PAID_SHARE)
    paid: npt.NDArray[np.int64] = (list_prices * percent + 50) // 100
    return paid
