"""The truth about products: a new name, a missing catalogue entry, and prices that changed."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.products import (
    CATALOGUE,
    PRODUCT_IDS,
    RENAMED_FROM,
    RENAMED_IN_MONTH,
    RENAMED_PRODUCT_ID,
    UNCATALOGUED,
    index_of,
)
from analytics_assets.demo_shop.rhythm import FIRST_DAY


def renamed_truth() -> dict[str, str]:
    """Return which product has which name from when on."""
    return {
        "product_id": RENAMED_PRODUCT_ID,
        "old_name": RENAMED_FROM,
        "new_name": CATALOGUE[index_of(RENAMED_PRODUCT_ID)].name,
        "first_month_of_new_name": _month_text(RENAMED_IN_MONTH),
    }


def uncatalogued_truth() -> dict[str, str]:
    """Return the product that is sold and not in the catalogue."""
    return {"product_id": PRODUCT_IDS[-1], "product_name": UNCATALOGUED.name}


def price_changes(prices: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    """Return every change of a list price, by month; ``prices`` as of prices.monthly_prices."""
    months, products = np.nonzero(np.diff(prices, axis=0))
    return [
        {
            "product_id": PRODUCT_IDS[product],
            "first_month_of_new_price": _month_text(month + 1),
            "old_price": money_text(int(prices[month, product])),
            "new_price": money_text(int(prices[month + 1, product])),
        }
        for month, product in zip(months.tolist(), products.tolist(), strict=True)
    ]


def money_text(cents: int) -> str:
    """Return cents as text with two decimals."""
    return f"{cents // 100}.{cents % 100:02d}"


def _month_text(month: int) -> str:
    return str(FIRST_DAY.astype("datetime64[M]") + month)
