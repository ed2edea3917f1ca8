"""What customer_months must hold, order by order in plain Python."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from incremental_shop import Order

REVENUE = {"completed", "shipped", "delivered"}


def months_of(orders: Iterable[Order], as_of_date: datetime.date) -> set[tuple[Any, ...]]:
    """Return the rows, without the fingerprint."""
    found = defaultdict(list)
    for order in orders:
        day = order.order_date.date()
        is_revenue = order.order_status in REVENUE and order.total_amount > 0
        if order.customer_id and is_revenue and day <= as_of_date:
            found[order.customer_id, day.replace(day=1)].append((day, order.total_amount))
    return {
        (customer, month, min(days), max(days), len(days), sum(map(cents, amounts)) / 100)
        for (customer, month), rows in found.items()
        for days, amounts in [tuple(zip(*rows, strict=True))]
    }


def cents(amount: float) -> Decimal:
    return Decimal(round(100 * amount))
