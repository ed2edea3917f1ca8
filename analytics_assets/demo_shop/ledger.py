"""What is counted while the months are made, since no month's rows are kept."""

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.lines import REPEATED
from analytics_assets.demo_shop.months import Month
from analytics_assets.demo_shop.pairs import HABITS
from analytics_assets.demo_shop.plan import Plan
from analytics_assets.demo_shop.products import (
    CATALOGUE,
    PRODUCTS,
    RENAMED_IN_MONTH,
    RENAMED_PRODUCT_ID,
    index_of,
)
from analytics_assets.demo_shop.rhythm import LAST_DAY
from analytics_assets.demo_shop.statuses import IS_DEMAND, IS_REVENUE

LOOKBACK_DAYS = 90


class Ledger:
    """Running counts of a shop whose months are added one after the other.

    ``status`` (index into STATUSES), ``net_cents`` (after the discount) and ``is_revenue`` go order
    by order. ``baskets`` is the number of baskets of the last LOOKBACK_DAYS, ``pair_baskets`` how
    many of them hold both products, and on the diagonal how many hold the one.
    """

    def __init__(self, plan: Plan) -> None:
        orders, products = len(plan.orders), len(PRODUCTS)
        self.plan = plan
        self.status = np.zeros(orders, dtype=np.int8)
        self.net_cents = np.zeros(orders, dtype=np.int64)
        self.by_chance = np.zeros(len(HABITS), dtype=np.int64)
        self.by_habit = np.zeros(len(HABITS), dtype=np.int64)
        self.baskets = 0
        self.pair_baskets = np.zeros((products, products), dtype=np.int64)
        self.lines = 0
        self.lines_with_old_name = 0
        self.lines_without_catalogue_entry = 0
        self.repeated_item_numbers: list[int] = []

    @property
    def is_revenue(self) -> npt.NDArray[np.bool_]:
        """Whether each order is a revenue order."""
        revenue: npt.NDArray[np.bool_] = IS_REVENUE[self.status] & (self.net_cents > 0)
        return revenue

    @property
    def next_item_number(self) -> int:
        """The number of the first line of the next month."""
        return self.lines - len(self.repeated_item_numbers) + 1

    def add(self, number: int, month: Month) -> None:
        """Count a month (0 = January 2023)."""
        start, end = self.plan.orders.month_bounds[number : number + 2]
        self.status[start:end] = month.status
        self.net_cents[start:end] = month.net_cents
        self.by_chance += month.baskets.by_chance
        self.by_habit += month.baskets.by_habit

        day = self.plan.orders.moment[start:end].astype("datetime64[D]")
        holds = month.baskets.holds
        counted = (day > LAST_DAY - LOOKBACK_DAYS) & IS_DEMAND[month.status] & holds.any(axis=1)
        if counted.any():
            window = holds[counted].astype(np.float64)  # a float product is BLAS, and exact here
            self.pair_baskets += (window.T @ window).astype(np.int64)
            self.baskets += len(window)

        product = np.bincount(month.lines.product, minlength=len(PRODUCTS))
        self.lines += int(product.sum())
        self.lines_without_catalogue_entry += int(product[len(CATALOGUE) :].sum())
        if number < RENAMED_IN_MONTH:
            self.lines_with_old_name += int(product[index_of(RENAMED_PRODUCT_ID)])
        repeated = month.item_number[month.lines.kind == REPEATED]
        self.repeated_item_numbers.extend(repeated.tolist())
