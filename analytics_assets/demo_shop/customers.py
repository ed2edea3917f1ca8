"""Who the customers are: sign-up, segment, appetite, and the hidden purchase process of each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.rhythm import DAYS

CUSTOMERS_AT_SCALE_ONE = 20_000

SEGMENTS = ("Consumer", "Home Office", "Small Business", "Corporate")
SEGMENT_SHARES = (0.62, 0.16, 0.14, 0.08)
# Added to the logarithm of the basket's size; segments buy more at once, not more often.
SEGMENT_APPETITES = (0.0, 0.1, 0.3, 0.5)
APPETITE_SPREAD = 0.35

NEVER_BUY_SHARE = 0.12
GROWTH = 0.8  # the last day sees 1 + GROWTH times the sign-ups of the first
FIRST_ORDER_AT_ONCE_SHARE = 0.6
FIRST_ORDER_DELAY_DAYS = 21.0


@dataclass(frozen=True)
class Process:
    """BG/NBD (Fader, Hardie & Lee 2005) of the revenue orders after the first one, time in weeks.

    A customer orders at a Poisson rate drawn from Gamma(r, rate alpha), and after each repeat
    order is gone for good with a probability drawn from Beta(a, b).
    """

    r: float = 0.8
    alpha: float = 5.5
    a: float = 0.9
    b: float = 8.0


PROCESS = Process()


@dataclass(frozen=True)
class Customers:
    """One entry a customer, in the order of sign-up; times in operational days.

    ``first_order`` lies beyond the calendar for those who never buy; ``rate`` is the number of
    repeat revenue orders a day, ``dropout`` the chance to be gone after each of them.
    """

    signup: npt.NDArray[np.float64]
    first_order: npt.NDArray[np.float64]
    rate: npt.NDArray[np.float64]
    dropout: npt.NDArray[np.float64]
    segment: npt.NDArray[np.int64]
    appetite: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.signup)


def draw_customers(rng: np.random.Generator, count: int) -> Customers:
    """Draw ``count`` customers of a shop whose sign-ups grow linearly over the calendar."""
    share = np.sort(rng.random(count))
    signup = DAYS * (np.sqrt(1.0 + GROWTH * (2.0 + GROWTH) * share) - 1.0) / GROWTH
    at_once = rng.random(count) < FIRST_ORDER_AT_ONCE_SHARE
    delay = rng.exponential(FIRST_ORDER_DELAY_DAYS, count)
    buys = rng.random(count) >= NEVER_BUY_SHARE
    first_order = np.where(buys, signup + np.where(at_once, 0.001, delay), np.inf)
    segment = rng.choice(len(SEGMENTS), size=count, p=SEGMENT_SHARES)
    return Customers(
        signup=signup,
        first_order=np.minimum(first_order, DAYS + 1.0),
        rate=rng.gamma(PROCESS.r, 1.0 / (7.0 * PROCESS.alpha), count),
        dropout=np.maximum(rng.beta(PROCESS.a, PROCESS.b, count), 1e-9),
        segment=segment,
        appetite=np.take(SEGMENT_APPETITES, segment) + rng.normal(0.0, APPETITE_SPREAD, count),
    )
