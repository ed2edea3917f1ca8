"""The lines of one month's orders, and the dirt among them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.prices import paid_prices

CLEAN, SECOND_LINE, REPEATED, ORPHAN = range(4)
_ONE_PIECE_SHARE = 0.8
_MOST_PIECES = 12


@dataclass(frozen=True)
class Lines:
    """One entry a line, by order and product; a dirty copy follows the line that it copies.

    ``order`` is the order's place in its month, ``product`` an index into PRODUCTS, money in cents.
    ``kind`` is one of CLEAN, SECOND_LINE (the same product again under a key of its own), REPEATED
    (the same row again, key and all) and ORPHAN (copied to an order that does not exist).
    ``order_total`` has one entry an order: what its lines add up to, in cents, lost lines included,
    REPEATED and ORPHAN not.
    """

    order: npt.NDArray[np.int64]
    product: npt.NDArray[np.int64]
    quantity: npt.NDArray[np.int64]
    unit_price: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    order_total: npt.NDArray[np.int64]


def draw_lines(
    rng: np.random.Generator,
    holds: npt.NDArray[np.bool_],
    prices: npt.NDArray[np.int64],
    dirt: Mapping[str, npt.NDArray[np.int64]],
) -> Lines:
    """Make a line of every product in a basket; ``dirt`` has the places of the dirty orders."""
    order, product = np.nonzero(holds)
    quantity = np.minimum(rng.geometric(_ONE_PIECE_SHARE, size=len(order)), _MOST_PIECES)
    unit_price = paid_prices(rng, prices[product])

    copied = [
        np.searchsorted(order, dirt[kind])
        for kind in ("product_twice_in_order", "repeated_order_item_id", "orphan_line")
    ]
    source = np.concatenate([np.arange(len(order)), *copied])
    kind = np.repeat(
        [CLEAN, SECOND_LINE, REPEATED, ORPHAN], [len(order), *(len(part) for part in copied)]
    )
    arranged = np.argsort(source, kind="stable")
    source, kind = source[arranged], kind[arranged]

    counted = source[kind <= SECOND_LINE]
    order_total = np.zeros(len(holds), dtype=np.int64)
    np.add.at(order_total, order[counted], (quantity * unit_price)[counted])

    kept = ~np.isin(order[source], dirt["order_without_items"])
    source, kind = source[kept], kind[kept]
    return Lines(
        order=order[source],
        product=product[source],
        quantity=quantity[source],
        unit_price=unit_price[source],
        kind=kind,
        order_total=order_total,
    )
