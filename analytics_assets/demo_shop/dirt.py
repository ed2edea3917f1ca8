"""The deliberate dirt: which customers and orders get it, chosen before the rows are made.

Kinds never meet in one customer or one order, so that each can be counted alone.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

CUSTOMER_SHARES = MappingProxyType(
    {
        "missing_first_name": 0.003,
        "missing_last_name": 0.003,
        "missing_registration_date": 0.001,
        "order_before_signup": 0.001,
    }
)
ORDER_SHARES = MappingProxyType(
    {
        "untidy_status": 0.01,
        "unknown_status": 0.0001,
        "missing_discount": 0.02,
        "order_without_items": 0.0005,
        "total_mismatch": 0.0003,
        "product_twice_in_order": 0.003,
        "repeated_order_item_id": 0.0003,
        "orphan_line": 0.0003,
    }
)
FEWEST = 4  # of each kind, however small the shop


def choose(
    rng: np.random.Generator, population: int, shares: Mapping[str, float]
) -> dict[str, npt.NDArray[np.int64]]:
    """Choose disjoint sets of indices below ``population``, each sorted, of the given shares."""
    counts = [max(FEWEST, round(share * population)) for share in shares.values()]
    chosen = rng.choice(population, size=sum(counts), replace=False)
    parts = np.split(chosen, np.cumsum(counts)[:-1])
    return {kind: np.sort(part) for kind, part in zip(shares, parts, strict=True)}
