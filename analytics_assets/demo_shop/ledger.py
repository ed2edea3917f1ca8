"""What is counted while the months are made, since no month's rows are kept."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analytics_assets.demo_shop.baskets import REASONS, REPEATED, SECOND_LINE
from analytics_assets.demo_shop.months import IS_DEMAND, IS_REVENUE, Month, has_old_name
from analytics_assets.demo_shop.plan import Plan
from analytics_assets.demo_shop.products import CATALOGUE, HABITS, PRODUCT_IDS, PRODUCTS, RENAMED
from analytics_assets.demo_shop.tables import ids, money, table, texts

LOOKBACK_DAYS = 90


class PairCounts:
    """Baskets of the lookback window: how many, and by pair of products how many hold both.

    The diagonal of ``together`` says how many hold the one product.
    """

    def __init__(self) -> None:
        self.baskets = 0
        self.together = np.zeros((len(PRODUCTS), len(PRODUCTS)), dtype=np.int64)

    def add(self, holds: npt.NDArray[np.bool_]) -> None:
        """Count baskets, shape (orders, products); an empty one is none."""
        window = holds[holds.any(axis=1)].astype(np.float64)  # BLAS, and exact here
        self.together += (window.T @ window).astype(np.int64)
        self.baskets += len(window)


class Ledger:
    """Running counts of a shop whose months are added one after the other.

    ``status`` (index into STATUSES), ``net_cents`` (after the discount), ``returned_cents`` and
    ``is_revenue`` go order by order, ``units_sold`` (in revenue orders) and ``units_returned``
    product by product. ``pairs`` are those of all lines, ``kept_pairs`` leave out the lines that
    came back whole.
    """

    def __init__(self, plan: Plan) -> None:
        orders, products = len(plan.orders), len(PRODUCTS)
        self.plan = plan
        self.status = np.zeros(orders, dtype=np.int8)
        self.net_cents = np.zeros(orders, dtype=np.int64)
        self.returned_cents = np.zeros(orders, dtype=np.int64)
        self.units_sold = np.zeros(products, dtype=np.int64)
        self.units_returned = np.zeros(products, dtype=np.int64)
        self.by_chance = np.zeros(len(HABITS), dtype=np.int64)
        self.by_habit = np.zeros(len(HABITS), dtype=np.int64)
        self.pairs = PairCounts()
        self.kept_pairs = PairCounts()
        self.lines = 0
        self.lines_with_old_name = 0
        self.lines_without_catalogue_entry = 0
        self.repeated_item_numbers: list[int] = []
        # Order, item number, product, quantity, cents, second, reason of every return.
        self._returns: list[tuple[npt.NDArray[np.int64], ...]] = []

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
        """Count a month (0 = the first one)."""
        calendar, lines, holds = self.plan.calendar, month.lines, month.baskets.holds
        start, end = self.plan.orders.month_bounds[number : number + 2]
        self.status[start:end] = month.status
        self.net_cents[start:end] = month.net_cents
        self.by_chance += month.baskets.by_chance
        self.by_habit += month.baskets.by_habit

        kept = holds.copy()
        back = month.returns
        in_time = back.moment <= calendar.last_second
        line, quantity = back.line[in_time], back.quantity[in_time]
        whole = line[quantity == lines.quantity[line]]
        kept[lines.order[whole], lines.product[whole]] = False
        day = self.plan.orders.moment[start:end].astype("datetime64[D]")
        counted = (day > calendar.last_day - LOOKBACK_DAYS) & IS_DEMAND[month.status]
        self.pairs.add(holds[counted])
        self.kept_pairs.add(kept[counted])

        order, product = start + lines.order[line], lines.product[line]
        np.add.at(self.returned_cents, order, back.amount[in_time])
        np.add.at(self.units_returned, product, quantity)
        sold = self.is_revenue[start + lines.order] & (lines.kind <= SECOND_LINE)
        np.add.at(self.units_sold, lines.product[sold], lines.quantity[sold])
        second = back.moment[in_time].astype(np.int64)
        self._returns.append(
            (
                order,
                month.item_number[line],
                product,
                quantity,
                back.amount[in_time],
                second,
                back.reason[in_time],
            )
        )

        lines_of = np.bincount(lines.product, minlength=len(PRODUCTS))
        self.lines += len(lines.product)
        self.lines_without_catalogue_entry += int(lines_of[len(CATALOGUE) :].sum())
        if has_old_name(self.plan, number):
            self.lines_with_old_name += int(lines_of[RENAMED])
        repeated = month.item_number[lines.kind == REPEATED]
        self.repeated_item_numbers.extend(repeated.tolist())

    def returns(self) -> pa.Table:
        """Return raw ``returns`` up to the last day, by time, once all months are added."""
        columns = [np.concatenate(parts) for parts in zip(*self._returns, strict=True)]
        by_time = np.lexsort((columns[1], columns[5]))
        order, item, product, quantity, cents, second, reason = (c[by_time] for c in columns)
        return table(
            "returns",
            ids("RET_", 8, np.arange(len(order)) + 1),
            ids("ORD_", 8, order + 1),
            ids("ITEM_", 9, item),
            texts(PRODUCT_IDS, product),
            quantity.astype(np.int32),
            money(12, cents),
            second.astype("datetime64[s]").astype("datetime64[us]"),
            texts(REASONS, reason, reason == 0),
        )

    def returned_on(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.datetime64]]:
        """Return of every return the order's place and the second."""
        order = np.concatenate([part[0] for part in self._returns])
        return order, np.concatenate([part[5] for part in self._returns]).astype("datetime64[s]")
