"""The shop before its rows: everything that fits into memory at any scale."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.customers import (
    CUSTOMERS_AT_SCALE_ONE,
    Customers,
    draw_customers,
)
from analytics_assets.demo_shop.dirt import CUSTOMER_SHARES, ORDER_SHARES, choose
from analytics_assets.demo_shop.orders import Orders, draw_orders
from analytics_assets.demo_shop.prices import monthly_prices
from analytics_assets.demo_shop.rhythm import MONTHS

SMALLEST_SCALE = 0.01
_BULK_ORDER_SHARE = 0.00002
_DAYS_BEFORE_EARLY_CUSTOMERS = 80.0


@dataclass(frozen=True)
class Plan:
    """Customers, orders in time, prices by month, and who gets which dirt.

    ``prices`` is in cents, by month and product; ``customer_dirt`` and ``order_dirt`` hold sorted
    indices by kind; ``month_seeds`` let every month be made by itself.
    """

    scale: float
    seed: int
    customers: Customers
    orders: Orders
    prices: npt.NDArray[np.int64]
    bulk_orders: npt.NDArray[np.int64]
    customer_dirt: Mapping[str, npt.NDArray[np.int64]]
    order_dirt: Mapping[str, npt.NDArray[np.int64]]
    people_seed: np.random.SeedSequence
    month_seeds: tuple[np.random.SeedSequence, ...]


def plan_shop(scale: float, seed: int) -> Plan:
    """Plan a shop of ``scale`` times 20,000 customers.

    Raises ValueError when the scale is under 0.01, where no room is left for the dirt.
    """
    if not scale >= SMALLEST_SCALE:
        raise ValueError(
            f"scale is {scale!r}; allowed are numbers from {SMALLEST_SCALE} (200 customers) up;"
            " 1.0 makes 20,000 customers"
        )
    people_seed, shop_seed, *month_seeds = np.random.SeedSequence(seed).spawn(2 + MONTHS)
    rng = np.random.default_rng(shop_seed)
    customers = draw_customers(rng, round(CUSTOMERS_AT_SCALE_ONE * scale))
    # Only customers who signed up late enough can have an order long before.
    first = int(np.searchsorted(customers.signup, _DAYS_BEFORE_EARLY_CUSTOMERS))
    chosen = choose(rng, len(customers) - first, CUSTOMER_SHARES)
    customer_dirt = {kind: first + indices for kind, indices in chosen.items()}
    orders = draw_orders(rng, customers, customer_dirt["order_before_signup"])
    # The newest order stays clean: it sets the calendar's end.
    order_dirt = choose(rng, len(orders) - 1, ORDER_SHARES)
    clean = np.setdiff1d(np.arange(len(orders)), np.concatenate(list(order_dirt.values())))
    bulk_orders = rng.choice(clean, max(1, round(_BULK_ORDER_SHARE * len(orders))), replace=False)
    return Plan(
        scale=scale,
        seed=seed,
        customers=customers,
        orders=orders,
        prices=monthly_prices(rng),
        bulk_orders=np.sort(bulk_orders),
        customer_dirt=customer_dirt,
        order_dirt=order_dirt,
        people_seed=people_seed,
        month_seeds=tuple(month_seeds),
    )
