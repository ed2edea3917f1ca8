"""One month of the shop: the rows of its orders and lines, and the facts the truth is made of."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analytics_assets.demo_shop.baskets import (
    BULK_SIZE,
    ORPHAN,
    REPEATED,
    Baskets,
    Lines,
    Returns,
    draw_baskets,
    draw_lines,
    draw_returns,
    draw_sizes,
)
from analytics_assets.demo_shop.customers import GUEST
from analytics_assets.demo_shop.plan import Plan
from analytics_assets.demo_shop.products import (
    PRODUCT_IDS,
    PRODUCTS,
    RENAMED,
    RENAMED_FROM,
    RENAMED_MONTHS_AGO,
    popularity,
)
from analytics_assets.demo_shop.tables import ids, money, table, texts


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
_UNKNOWN = np.array([9, 10])  # the last two are not in the contract's table

# One row per situation: failed, older than two weeks, older than three days, newer.
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
_TEXTS = [spelling(status.name) for spelling in _SPELLINGS for status in STATUSES]

_DISCOUNTS = np.array([0, 5, 10, 15, 20, 25])
_DISCOUNT_SHARES = (0.68, 0.08, 0.12, 0.06, 0.04, 0.02)
_FREE_SHIPPING_FROM = 15_000
_SHIPPING = np.array([495, 695, 1295])
_SHIPPING_SHARES = (0.6, 0.3, 0.1)
_LARGEST_MISMATCH = 500


@dataclass(frozen=True)
class Month:
    """Raw ``orders`` and ``order_items`` of a month, and by order what they say.

    ``status`` is an index into STATUSES, ``net_cents`` the total after its discount, and an order
    that lost its lines holds nothing in ``baskets``. ``item_number`` has one entry per line.
    """

    orders: pa.Table
    order_items: pa.Table
    status: npt.NDArray[np.int64]
    net_cents: npt.NDArray[np.int64]
    baskets: Baskets
    lines: Lines
    item_number: npt.NDArray[np.int64]
    returns: Returns


def build_month(plan: Plan, month: int, first_item_number: int) -> Month:
    """Make the rows of a month (0 = the first one); its lines are numbered from the given one."""
    rng = np.random.default_rng(plan.month_seeds[month])
    start, end = plan.orders.month_bounds[month : month + 2]
    count = end - start
    customer, moment = plan.orders.customer[start:end], plan.orders.moment[start:end]
    failed = plan.orders.failed[start:end]
    dirt = {kind: _within(indices, start, end) for kind, indices in plan.order_dirt.items()}

    appetite = np.where(customer == GUEST, 0.0, plan.customers.appetite[customer])
    sizes = draw_sizes(rng, appetite)
    sizes[_within(plan.bulk_orders, start, end)] = BULK_SIZE
    baskets = draw_baskets(rng, sizes, popularity((plan.calendar.first_month + month) % 12 + 1))
    lines = draw_lines(rng, baskets.holds, plan.prices[month], dirt)
    baskets.holds[dirt["order_without_items"]] = False
    item_number = first_item_number - 1 + np.cumsum(lines.kind != REPEATED)

    age = (plan.calendar.last_day - moment.astype("datetime64[D]")).astype(np.int64)
    situation = np.where(failed, 0, 1 + (age <= 14) + (age <= 3))
    bounds = np.cumsum(_SHARES, axis=1)[:, :-1]
    status = (rng.random(count)[:, None] >= bounds[situation]).sum(axis=1)
    status[dirt["unknown_status"]] = rng.choice(_UNKNOWN, size=len(dirt["unknown_status"]))
    spelling = np.zeros(count, dtype=np.int64)
    untidy = dirt["untidy_status"]
    spelling[untidy] = rng.integers(1, len(_SPELLINGS), size=len(untidy))

    total = lines.order_total.copy()
    mismatch = dirt["total_mismatch"]
    total[mismatch] += rng.integers(1, 1 + _LARGEST_MISMATCH, size=len(mismatch))
    discount = rng.choice(_DISCOUNTS, size=count, p=_DISCOUNT_SHARES)
    no_discount = np.isin(np.arange(count), dirt["missing_discount"])
    discount[no_discount] = 0
    shipping = rng.choice(_SHIPPING, size=count, p=_SHIPPING_SHARES)
    shipping[total >= _FREE_SHIPPING_FROM] = 0
    net = (total * (100 - discount) + 50) // 100
    changed = moment + rng.integers(3_600, 6 * 86_400, size=count)

    is_clean = ~np.isin(np.arange(count), np.concatenate(list(dirt.values())))
    returns = draw_returns(
        rng,
        lines,
        net,
        moment=moment,
        may_return=IS_REVENUE[status] & (net > 0) & is_clean,
        is_serial=customer == plan.customers.serial_returner,
    )
    return Month(
        orders=table(
            "orders",
            ids("ORD_", 8, np.arange(start, end) + 1),
            ids("CUST_", 7, customer + 1, customer == GUEST),
            moment.astype("datetime64[us]"),
            texts(_TEXTS, spelling * len(STATUSES) + status),
            money(12, total),
            money(5, discount * 100, no_discount),
            money(8, shipping),
            texts(plan.addresses, plan.orders.address[start:end]),
            texts(["USD"], np.zeros(count, dtype=np.int64)),
            np.minimum(changed, plan.calendar.last_second).astype("datetime64[us]"),
        ),
        order_items=_order_items(plan, month, lines, item_number),
        status=status,
        net_cents=net,
        baskets=baskets,
        lines=lines,
        item_number=item_number,
        returns=returns,
    )


def _within(indices: npt.NDArray[np.int64], start: int, end: int) -> npt.NDArray[np.int64]:
    """Return the places in the month of those of the sorted indices that fall into it."""
    first, last = np.searchsorted(indices, [start, end])
    return indices[first:last] - start


def has_old_name(plan: Plan, month: int) -> bool:
    """Return whether the renamed product had its old name in a month."""
    return month < plan.calendar.months - 1 - RENAMED_MONTHS_AGO


def _order_items(plan: Plan, month: int, lines: Lines, number: npt.NDArray[np.int64]) -> pa.Table:
    place = plan.orders.month_bounds[month] + lines.order
    orphan_place = len(plan.orders) + np.searchsorted(plan.order_dirt["orphan_line"], place)
    renamed = (lines.product == RENAMED) & has_old_name(plan, month)
    return table(
        "order_items",
        ids("ITEM_", 9, number),
        ids("ORD_", 8, np.where(lines.kind == ORPHAN, orphan_place, place) + 1),
        texts(PRODUCT_IDS, lines.product),
        texts(
            [*(product.name for product in PRODUCTS), RENAMED_FROM],
            np.where(renamed, len(PRODUCTS), lines.product),
        ),
        texts([product.category for product in PRODUCTS], lines.product),
        lines.quantity.astype(np.int32),
        money(10, lines.unit_price),
        money(12, lines.total),
    )
