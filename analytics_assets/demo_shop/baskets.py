"""Which products go together: sizes with a heavy tail, Zipf popularity, and the planted habits."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.pairs import HABITS

TYPICAL_SIZE = 2.35  # median of the lognormal whose whole part is the size, for appetite 0
SIZE_SPREAD = 0.72
LARGEST_SIZE = 25
BULK_SIZE = 45
_ORDERS_AT_ONCE = 32_768


@dataclass(frozen=True)
class Baskets:
    """The products of each order, shape (orders, products), and how many pairs came about how.

    ``by_chance`` and ``by_habit`` count, for each of HABITS, the baskets that hold both products
    without the habit and because of it.
    """

    holds: npt.NDArray[np.bool_]
    by_chance: npt.NDArray[np.int64]
    by_habit: npt.NDArray[np.int64]


def draw_sizes(
    rng: np.random.Generator, appetite: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Return the number of distinct products of each basket before habits, 1 to LARGEST_SIZE."""
    size = np.exp(rng.normal(np.log(TYPICAL_SIZE) + appetite, SIZE_SPREAD))
    whole: npt.NDArray[np.int64] = np.clip(size, 1, LARGEST_SIZE).astype(np.int64)
    return whole


def draw_baskets(
    rng: np.random.Generator, sizes: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> Baskets:
    """Fill baskets of these sizes, then let the habits add to them.

    A basket takes the products that arrive first, each after an exponential time of rate
    ``weights``: drawing without replacement, in which no two products are related.
    """
    holds = np.empty((len(sizes), len(weights)), dtype=np.bool_)
    for start in range(0, len(sizes), _ORDERS_AT_ONCE):
        part = slice(start, start + _ORDERS_AT_ONCE)
        arrival = rng.standard_exponential((len(sizes[part]), len(weights))) / weights
        last = np.take_along_axis(np.sort(arrival, axis=1), sizes[part, None] - 1, axis=1)
        holds[part] = arrival <= last
    by_chance, by_habit = [], []
    for habit in HABITS:
        anchor, attached = holds[:, habit.anchor], holds[:, habit.attached]
        by_chance.append(np.count_nonzero(anchor & attached))
        added = anchor & ~attached & (rng.random(len(sizes)) < habit.attach_rate)
        by_habit.append(np.count_nonzero(added))
        attached |= added
    return Baskets(holds, np.array(by_chance), np.array(by_habit))
