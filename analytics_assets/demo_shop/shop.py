"""The shop as a whole: its months in a stream, or all of it in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from analytics_assets.demo_shop.catalogue import catalogue_table
from analytics_assets.demo_shop.ledger import Ledger
from analytics_assets.demo_shop.months import build_month
from analytics_assets.demo_shop.people import customers_table
from analytics_assets.demo_shop.plan import Plan, plan_shop
from analytics_assets.demo_shop.rhythm import MONTHS
from analytics_assets.demo_shop.truth import ground_truth

DEFAULT_SEED = 20230101


@dataclass(frozen=True)
class DemoShop:
    """The four raw tables as pyarrow Tables with their exact types, and the truth about them."""

    customers: pa.Table
    orders: pa.Table
    order_items: pa.Table
    product_catalog: pa.Table
    ground_truth: dict[str, Any]


class Generation:
    """A shop in the making: small tables at once, orders and lines month by month, truth last."""

    def __init__(self, scale: float, seed: int) -> None:
        plan = plan_shop(scale, seed)
        rng = np.random.default_rng(plan.people_seed)
        self.customers = customers_table(rng, plan.customers, plan.customer_dirt)
        self.product_catalog = catalogue_table()
        self._plan: Plan = plan
        self._ledger = Ledger(plan)

    def months(self) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Yield orders and order_items of each month; run it once, to the end."""
        for number in range(MONTHS):
            month = build_month(self._plan, number, self._ledger.next_item_number)
            self._ledger.add(number, month)
            yield month.orders, month.order_items

    def ground_truth(self) -> dict[str, Any]:
        """Return the truth, once all months are made."""
        return ground_truth(self._ledger)


def generate(scale: float = 1.0, seed: int = DEFAULT_SEED) -> DemoShop:
    """Make the shop in memory: ``scale`` times 20,000 customers and about 120,000 orders.

    The same scale and seed give the same rows, always. For shops that do not fit into memory use
    ``write``. Raises ValueError when the scale is under 0.01.
    """
    generation = Generation(scale, seed)
    orders, order_items = zip(*generation.months(), strict=True)
    return DemoShop(
        customers=generation.customers,
        orders=pa.concat_tables(orders),
        order_items=pa.concat_tables(order_items),
        product_catalog=generation.product_catalog,
        ground_truth=generation.ground_truth(),
    )
