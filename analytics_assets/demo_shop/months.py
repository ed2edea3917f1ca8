"""One month of the shop: the rows of its orders and lines, and the facts the truth is made of."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analytics_assets.demo_shop.baskets import (
    BULK_SIZE,
    Baskets,
    draw_baskets,
    draw_sizes,
)
from analytics_assets.demo_shop.columns import SCHEMAS, ids, money, texts
from analytics_assets.demo_shop.lines import ORPHAN, REPEATED, Lines, draw_lines
from analytics_assets.demo_shop.orders import GUEST
from analytics_assets.demo_shop.plan import Plan
from analytics_assets.demo_shop.products import (
    PRODUCT_IDS,
    PRODUCTS,
    RENAMED_FROM,
    RENAMED_IN_MONTH,
    RENAMED_PRODUCT_ID,
    index_of,
    popularity,
)
from analytics_assets.demo_shop.statuses import (
    STATUSES,
    TEXTS,
    UNKNOWN,
    UNTIDY_SPELLINGS,
    draw_statuses,
)

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
    that lost its lines holds nothing in ``baskets``. ``item_number`` has one entry a line.
    """

    orders: pa.Table
    order_items: pa.Table
    status: npt.NDArray[np.int64]
    net_cents: npt.NDArray[np.int64]
    baskets: Baskets
    lines: Lines
    item_number: npt.NDArray[np.int64]


def build_month(plan: Plan, month: int, first_item_number: int) -> Month:
    """Make the rows of a month (0 = January 2023); its lines are numbered from the given one."""
    rng = np.random.default_rng(plan.month_seeds[month])
    start, end = plan.orders.month_bounds[month : month + 2]
    customer = plan.orders.customer[start:end]
    moment = plan.orders.moment[start:end]
    dirt = {kind: _within(indices, start, end) for kind, indices in plan.order_dirt.items()}

    appetite = np.where(customer == GUEST, 0.0, plan.customers.appetite[customer])
    sizes = draw_sizes(rng, appetite)
    sizes[_within(plan.bulk_orders, start, end)] = BULK_SIZE
    baskets = draw_baskets(rng, sizes, popularity(month))
    lines = draw_lines(rng, baskets.holds, plan.prices[month], dirt)
    baskets.holds[dirt["order_without_items"]] = False
    number = first_item_number - 1 + np.cumsum(lines.kind != REPEATED)

    count = len(customer)
    status = draw_statuses(rng, moment, plan.orders.failed[start:end])
    status[dirt["unknown_status"]] = rng.choice(UNKNOWN, size=len(dirt["unknown_status"]))
    spelling = np.zeros(count, dtype=np.int64)
    untidy = dirt["untidy_status"]
    spelling[untidy] = rng.integers(1, 1 + UNTIDY_SPELLINGS, size=len(untidy))
    total = lines.order_total.copy()
    mismatch = dirt["total_mismatch"]
    total[mismatch] += rng.integers(1, 1 + _LARGEST_MISMATCH, size=len(mismatch))
    discount = rng.choice(_DISCOUNTS, size=count, p=_DISCOUNT_SHARES)
    no_discount = np.isin(np.arange(count), dirt["missing_discount"])
    discount[no_discount] = 0
    shipping = rng.choice(_SHIPPING, size=count, p=_SHIPPING_SHARES)
    shipping[total >= _FREE_SHIPPING_FROM] = 0

    orders = [
        ids("ORD_", 8, np.arange(start, end) + 1),
        ids("CUST_", 7, customer + 1, customer == GUEST),
        pa.array(moment.astype("datetime64[us]")),
        texts(TEXTS, spelling * len(STATUSES) + status),
        money(12, total),
        money(5, discount * 100, no_discount),
        money(8, shipping),
    ]
    return Month(
        orders=pa.Table.from_arrays(orders, schema=SCHEMAS["orders"]),
        order_items=_order_items(plan, month, lines, number),
        status=status,
        net_cents=(total * (100 - discount) + 50) // 100,
        baskets=baskets,
        lines=lines,
        item_number=number,
    )


def _within(indices: npt.NDArray[np.int64], start: int, end: int) -> npt.NDArray[np.int64]:
    """Return the places in the month of those of the sorted indices that fall into it."""
    first, last = np.searchsorted(indices, [start, end])
    return indices[first:last] - start


def _order_items(plan: Plan, month: int, lines: Lines, number: npt.NDArray[np.int64]) -> pa.Table:
    place = plan.orders.month_bounds[month] + lines.order
    orphan_place = len(plan.orders) + np.searchsorted(plan.order_dirt["orphan_line"], place)
    renamed = (lines.product == index_of(RENAMED_PRODUCT_ID)) & (month < RENAMED_IN_MONTH)
    columns = [
        ids("ITEM_", 9, number),
        ids("ORD_", 8, np.where(lines.kind == ORPHAN, orphan_place, place) + 1),
        texts(PRODUCT_IDS, lines.product),
        texts(
            [*(product.name for product in PRODUCTS), RENAMED_FROM],
            np.where(renamed, len(PRODUCTS), lines.product),
        ),
        texts([product.category for product in PRODUCTS], lines.product),
        pa.array(lines.quantity.astype(np.int32)),
        money(10, lines.unit_price),
        money(12, lines.quantity * lines.unit_price),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMAS["order_items"])
