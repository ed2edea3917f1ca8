"""When who orders: every order of the calendar, in order of time, before anything is in it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.customers import Customers
from analytics_assets.demo_shop.rhythm import DAYS, MONTHS, moments, month_of

FAILED_SHARE = 0.08  # of the orders after a customer's first: cancelled, returned and the like
GUEST_SHARE = 0.02
GUEST = -1


@dataclass(frozen=True)
class Orders:
    """One entry an order, by time; the order's number is its place.

    ``customer`` is an index into Customers or GUEST, ``moment`` is datetime64[s], ``failed`` marks
    what brought no revenue. Month m has the orders ``month_bounds[m]`` to ``month_bounds[m + 1]``.
    """

    customer: npt.NDArray[np.int64]
    moment: npt.NDArray[np.datetime64]
    failed: npt.NDArray[np.bool_]
    month_bounds: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.customer)


def draw_orders(
    rng: np.random.Generator, customers: Customers, early_customers: npt.NDArray[np.int64]
) -> Orders:
    """Draw the orders of all customers, of guests, and one before sign-up of each early customer.

    The early ones are more than a calendar month before sign-up. The calendar's last second always
    has an order, so that the newest order's day is the calendar's last day at every scale.
    """
    buyers = np.flatnonzero(customers.first_order < DAYS)
    repeat_customer, repeat_time, repeat_failed = _repeat_orders(rng, customers, buyers)
    guests = max(2, round(GUEST_SHARE * (len(buyers) + len(repeat_customer))))
    guest_time = rng.uniform(0.0, DAYS, guests)
    guest_failed = rng.random(guests) < FAILED_SHARE
    guest_time[0], guest_failed[0] = DAYS, False
    early_time = customers.signup[early_customers] - rng.uniform(36, 75, len(early_customers))

    customer = [buyers, repeat_customer, np.full(guests, GUEST), early_customers]
    time = np.concatenate([customers.first_order[buyers], repeat_time, guest_time, early_time])
    failed = np.concatenate(
        [np.zeros(len(buyers), bool), repeat_failed, guest_failed, np.zeros(len(early_time), bool)]
    )
    by_time = np.argsort(time, kind="stable")
    moment = moments(time[by_time])
    return Orders(
        customer=np.concatenate(customer)[by_time],
        moment=moment,
        failed=failed[by_time],
        month_bounds=np.searchsorted(month_of(moment), np.arange(MONTHS + 1)),
    )


def _repeat_orders(
    rng: np.random.Generator, customers: Customers, buyers: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return customer, time and failed of the orders after the first.

    Given their number, the times of a Poisson process are uniform: draw as many as the customer
    would place without ever leaving, sort them, and cut each history after the revenue order at
    which the customer leaves. Failed orders come on top and let nobody leave, so the revenue orders
    alone are exactly BG/NBD.
    """
    span = DAYS - customers.first_order[buyers]
    count = rng.poisson(customers.rate[buyers] / (1.0 - FAILED_SHARE) * span)
    lifetime = rng.geometric(customers.dropout[buyers])
    buyer = np.repeat(np.arange(len(buyers)), count)
    share = np.sort(buyer + rng.random(len(buyer))) - buyer
    failed = rng.random(len(buyer)) < FAILED_SHARE
    revenue_before: npt.NDArray[np.int64] = np.cumsum(~failed) - ~failed
    at_start = np.concatenate([[0], np.cumsum(count)])[:-1]
    in_history = np.concatenate([revenue_before, [0]])[at_start]
    kept = revenue_before - in_history[buyer] < lifetime[buyer]
    buyer, share, failed = buyer[kept], share[kept], failed[kept]
    return buyers[buyer], customers.first_order[buyers][buyer] + share * span[buyer], failed
