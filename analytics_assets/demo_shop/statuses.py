"""What became of an order, and how the source spells it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.rhythm import LAST_DAY


class Status(NamedTuple):
    """A status as the contract reads it: counts as demand, counts as revenue."""

    name: str
    is_demand: bool
    is_revenue: bool


STATUSES = (
    Status("completed", True, True),
    Status("delivered", True, True),
    Status("shipped", True, True),
    Status("processing", True, False),
    Status("pending", True, False),
    Status("cancelled", False, False),
    Status("returned", False, False),
    Status("refunded", False, False),
    Status("adjustment", False, False),
    Status("on_hold", False, False),
    Status("awaiting_review", False, False),
)
IS_DEMAND = np.array([status.is_demand for status in STATUSES])
IS_REVENUE = np.array([status.is_revenue for status in STATUSES])
UNKNOWN = np.array([9, 10])  # the last two are not in the contract's table

# One row a situation: failed, older than two weeks, older than three days, newer.
_SHARES = np.array(
    [
        [0.00, 0.00, 0.00, 0.00, 0.00, 0.45, 0.30, 0.21, 0.04],
        [0.72, 0.22, 0.06, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00],
        [0.35, 0.35, 0.30, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00],
        [0.00, 0.00, 0.25, 0.45, 0.30, 0.00, 0.00, 0.00, 0.00],
    ]
)

# Every spelling of every status; the first is the tidy one.
_SPELLINGS = (str.lower, str.upper, lambda name: f" {name.title()} ", lambda name: f"{name}  ")
TEXTS = [spelling(status.name) for spelling in _SPELLINGS for status in STATUSES]
UNTIDY_SPELLINGS = len(_SPELLINGS) - 1


def draw_statuses(
    rng: np.random.Generator, moment: npt.NDArray[np.datetime64], failed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Return each order's status as an index into STATUSES: old orders are done, new ones open."""
    age = (LAST_DAY - moment.astype("datetime64[D]")).astype(np.int64)
    situation = np.where(failed, 0, 1 + (age <= 14) + (age <= 3))
    bounds = np.cumsum(_SHARES, axis=1)[:, :-1]
    status: npt.NDArray[np.int64] = (rng.random(len(moment))[:, None] >= bounds[situation]).sum(
        axis=1
    )
    return status
