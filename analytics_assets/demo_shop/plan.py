"""The shop before its rows: everything that fits into memory at any scale."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analytics_assets.demo_shop.customers import (
    CUSTOMERS_AT_SCALE_ONE,
    Customers,
    Orders,
    customers_table,
    draw_customers,
    draw_orders,
)
from analytics_assets.demo_shop.products import monthly_prices
from analytics_assets.demo_shop.rhythm import Calendar

SMALLEST_SCALE = 0.01
_BULK_ORDER_SHARE = 0.00002
_OLDER_SHARE = 0.85
_DAYS_BEFORE_EARLY_CUSTOMERS = 80.0

# The deliberate dirt. Kinds never meet in one customer or one order, so that each can be counted.
_CUSTOMER_SHARES = {
    "missing_first_name": 0.003,
    "missing_last_name": 0.003,
    "missing_registration_date": 0.001,
    "order_before_signup": 0.001,
}
_ORDER_SHARES = {
    "untidy_status": 0.01,
    "unknown_status": 0.0001,
    "missing_discount": 0.02,
    "order_without_items": 0.0005,
    "total_mismatch": 0.0003,
    "product_twice_in_order": 0.003,
    "repeated_order_item_id": 0.0003,
    "orphan_line": 0.0003,
}
_FEWEST = 4  # of each kind, however small the shop


@dataclass(frozen=True)
class Plan:
    """Customers, orders in time, prices by month, and who gets which dirt.

    ``addresses`` are all e-mail addresses, those of the customers first. ``prices`` is in cents, by
    month and product; ``customer_dirt`` and ``order_dirt`` hold sorted indices by kind;
    ``month_seeds`` let every month be made by itself.
    """

    scale: float
    seed: int
    calendar: Calendar
    customers: Customers
    customers_table: pa.Table
    addresses: pa.Array
    orders: Orders
    prices: npt.NDArray[np.int64]
    bulk_orders: npt.NDArray[np.int64]
    customer_dirt: Mapping[str, npt.NDArray[np.int64]]
    order_dirt: Mapping[str, npt.NDArray[np.int64]]
    month_seeds: tuple[np.random.SeedSequence, ...]


def plan_shop(scale: float, seed: int, end: np.datetime64, is_clean: bool) -> Plan:
    """Plan a shop of ``scale`` times 20,000 customers; a clean one has no dirt.

    Raises ValueError when the scale is under 0.01, where no room is left for the dirt.
    """
    if not scale >= SMALLEST_SCALE:
        raise ValueError(
            f"The scale must be a number from {SMALLEST_SCALE} up (got {scale!r})."
            " Next: take 1.0, which makes 20,000 customers"
        )
    calendar = Calendar(end.astype("datetime64[D]"))
    seeds = np.random.SeedSequence(seed).spawn(4 + calendar.months)
    people, rest, purchases, faults = (np.random.default_rng(one) for one in seeds[:4])
    customers = draw_customers(rest, round(CUSTOMERS_AT_SCALE_ONE * scale), calendar)
    # Only customers who signed up late enough can have an order long before.
    first = int(np.searchsorted(customers.signup, _DAYS_BEFORE_EARLY_CUSTOMERS))
    chosen = _choose(faults, len(customers) - first, _CUSTOMER_SHARES, is_clean)
    customer_dirt = {kind: first + indices for kind, indices in chosen.items()}
    orders = draw_orders(purchases, customers, calendar, customer_dirt["order_before_signup"])
    # The newest order stays clean: it sets the calendar's end.
    order_dirt = _choose(faults, len(orders) - 1, _ORDER_SHARES, is_clean)
    clean = np.setdiff1d(np.arange(len(orders)), np.concatenate(list(order_dirt.values())))
    # Not among the newest, or in a small shop one of them would be half of what is seen of pairs.
    older = clean[: int(_OLDER_SHARE * len(clean))]
    bulk_orders = rest.choice(older, max(1, round(_BULK_ORDER_SHARE * len(orders))), replace=False)
    table = customers_table(people, customers, calendar, customer_dirt)
    strangers = range(1, int(orders.address.max()) - len(customers) + 2)
    return Plan(
        scale=scale,
        seed=seed,
        calendar=calendar,
        customers=customers,
        customers_table=table,
        addresses=pa.concat_arrays(
            [
                table["email"].combine_chunks(),
                pa.array([f"guest.{number}@example.net" for number in strangers], pa.string()),
            ]
        ),
        orders=orders,
        prices=monthly_prices(rest, calendar),
        bulk_orders=np.sort(bulk_orders),
        customer_dirt=customer_dirt,
        order_dirt=order_dirt,
        month_seeds=tuple(seeds[4:]),
    )


def _choose(
    rng: np.random.Generator, population: int, shares: Mapping[str, float], is_clean: bool
) -> dict[str, npt.NDArray[np.int64]]:
    """Choose disjoint sets of indices below ``population``, each sorted, of the given shares."""
    counts = [0 if is_clean else max(_FEWEST, round(s * population)) for s in shares.values()]
    chosen = rng.choice(population, size=sum(counts), replace=False)
    parts = np.split(chosen, np.cumsum(counts)[:-1])
    return {kind: np.sort(part) for kind, part in zip(shares, parts, strict=True)}
