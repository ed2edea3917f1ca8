"""monthly_cohorts by brute force: customer by customer, sets and fractions, no frame and no SQL."""

import calendar
import datetime
from collections import defaultdict
from fractions import Fraction

from cohort_shops import Order, Shop


def is_revenue_order(order: Order) -> bool:
    return bool(order.is_revenue) and order.cents is not None and order.cents > 0


def month_of(day: datetime.date) -> datetime.date:
    return day.replace(day=1)


def months_between(first: datetime.date, last: datetime.date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


def month_after(first: datetime.date, months: int) -> datetime.date:
    number = first.month - 1 + months
    return datetime.date(first.year + number // 12, number % 12 + 1, 1)


def orders_in_grid(
    shop: Shop, cohort_basis: str
) -> dict[str, tuple[datetime.date, list[Order], str]]:
    """Return, for each member of a cohort, its month, the orders that count and the basis."""
    orders_of = defaultdict(list)
    for order in filter(is_revenue_order, shop.orders):
        orders_of[order.customer_id].append(order)
    members = {}
    for customer in shop.customers:
        orders = orders_of[customer.customer_id]
        start, basis = customer.signup_date, "signup"
        if cohort_basis == "first_order" or start is None:
            start = min((order.order_day for order in orders), default=None)
            basis = "first_order"
        if start is not None:
            members[customer.customer_id] = (
                month_of(start),
                [order for order in orders if order.order_day >= start],
                basis,
            )
    return members


def brute_force(shop: Shop, as_of_date: datetime.date, cohort_basis: str) -> list[dict]:
    """Return the rows of monthly_cohorts in order; None where a value is not defined.

    A ratio is the double nearest to its fraction.
    """
    members = orders_in_grid(shop, cohort_basis)
    rows = []
    for cohort in sorted({month for month, _, _ in members.values()}):
        of_cohort = [orders for month, orders, _ in members.values() if month == cohort]
        bases = {basis for month, _, basis in members.values() if month == cohort}
        size = len(of_cohort)
        ages = [
            {months_between(cohort, order.order_day) for order in orders} for orders in of_cohort
        ]
        cumulative = 0
        for age in range(months_between(cohort, as_of_date) + 1):
            month = month_after(cohort, age)
            active = sum(age in seen for seen in ages)
            before = sum(age - 1 in seen for seen in ages)
            lost = sum(age - 1 in seen and age not in seen for seen in ages)
            now = [o for orders in of_cohort for o in orders if month_of(o.order_day) == month]
            cents = sum(order.cents for order in now)
            back = sum(
                part
                for orders in of_cohort
                for order in orders
                for day, part in order.returned
                if month_of(max(day, order.order_day)) == month
            )
            cumulative += cents - back
            month_end = month.replace(day=calendar.monthrange(month.year, month.month)[1])
            rows.append(
                {
                    "cohort_month": cohort,
                    "months_since_signup": age,
                    "cohort_size": size,
                    "cohort_basis_used": (
                        min(bases) if len(bases) == 1 else "signup_and_first_order"
                    ),
                    "active_customers": active,
                    "retention_rate": Fraction(active, size),
                    "rolling_retention_rate": Fraction(
                        sum(any(later >= age for later in seen) for seen in ages), size
                    ),
                    "reactivated_customers": sum(
                        age in seen
                        and age - 1 not in seen
                        and any(earlier < age for earlier in seen)
                        for seen in ages
                    ),
                    "monthly_churn_rate": Fraction(lost, before) if before else None,
                    "cohort_revenue": Fraction(cents, 100),
                    "cohort_returns": Fraction(back, 100),
                    "cohort_net_revenue": Fraction(cents - back, 100),
                    "revenue_per_active_customer": (
                        Fraction(cents, 100 * active) if active else None
                    ),
                    "revenue_per_cohort_member": Fraction(cents, 100 * size),
                    "cumulative_revenue": Fraction(cumulative, 100),
                    "estimated_ltv_to_date": Fraction(cumulative, 100 * size),
                    "total_orders": len(now),
                    "orders_per_active_customer": Fraction(len(now), active) if active else None,
                    "is_complete": month_end <= as_of_date,
                    "as_of_date": as_of_date,
                }
            )
    return [
        {name: float(v) if isinstance(v, Fraction) else v for name, v in row.items()}
        for row in rows
    ]
