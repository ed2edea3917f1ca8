"""Purchase histories, aggregated by the warehouse: one row per customer leaves it, never an order.

The same figures at three days, so that what a forecast would have said a year ago can be compared
with the year that came: at as_of_date, one year of 365 days before it, and two.
"""

import datetime

import pandas as pd

from analytics_assets.defs.staging.revenue import IS_REVENUE
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.lib.warehouse.literals import literal

YEAR_DAYS = 365
HALF_YEAR_DAYS = 183

# Prefix of the columns -> how many years before as_of_date their day is.
DAYS_OF_HISTORY = {"": 0, "year_ago_": 1, "two_years_ago_": 2}
# By that day: value of the first purchase day; purchase days after it, days since the first and the
# last, mean value of the repeat purchase days; purchase days and revenue of the last 365 and of the
# last 183 days.
COLUMNS_OF_A_DAY = (
    "first_day_value",
    "repeat_purchase_days",
    "age_days",
    "days_since_last",
    "repeat_day_value",
    "year_purchase_days",
    "year_revenue",
    "half_year_purchase_days",
    "half_year_revenue",
)
HISTORY_COLUMNS = tuple(
    f"{prefix}{name}" for prefix in DAYS_OF_HISTORY for name in COLUMNS_OF_A_DAY
)


def purchase_histories(session: Session, as_of_date: datetime.date) -> pd.DataFrame:
    """Return the purchase history of each customer as of the three days.

    Reads staging.stg_customers (customer_id), staging.stg_orders (customer_id, order_day,
    is_revenue, net_amount) and staging.stg_returns (customer_id, order_day, returned_day, amount,
    is_of_a_sale). A purchase day is a day with a revenue order, also where all of it came back. It
    is worth its orders' net_amount less what had come back of them by the day of the history: a
    return after that day was not known then.

    Returns:
        One row per customer: customer_id, then ``HISTORY_COLUMNS``. The columns of a day are NULL
        for who had not bought by then, repeat_day_value also for who had not bought again.
    """
    return session.read(histories_query(as_of_date))


def histories_query(as_of_date: datetime.date) -> str:
    """Return the query behind ``purchase_histories``, the same for both engines."""
    days = {
        prefix: as_of_date - datetime.timedelta(days=years * YEAR_DAYS)
        for prefix, years in DAYS_OF_HISTORY.items()
    }
    returned = ",".join(
        f"\n        sum(case when returned_day <= {literal(day)} then amount else 0 end)"
        f" as {prefix}returned_amount"
        for prefix, day in days.items()
    )
    day_values = ",".join(
        f"\n        sold.day_value - coalesce(returned.{prefix}returned_amount, 0)"
        f" as {prefix}day_value"
        for prefix in days
    )
    sums = ",".join(_sums_by(prefix, day) for prefix, day in days.items())
    columns = ",".join(_columns_of(prefix, day) for prefix, day in days.items())
    return f"""
with returned as (
    select customer_id, order_day,{returned}
    from staging.stg_returns
    where is_of_a_sale
    group by customer_id, order_day
),

sold as (
    select customer_id, order_day, sum(net_amount) as day_value
    from staging.stg_orders
    where {IS_REVENUE}
        and order_day <= {literal(as_of_date)}
    group by customer_id, order_day
),

customer_days as (
    select sold.customer_id, sold.order_day,{day_values}
    from sold
    left join returned
        on sold.customer_id = returned.customer_id and sold.order_day = returned.order_day
),

totals as (
    select
        customer_id,
        min(order_day) as first_day,{sums}
    from customer_days
    group by customer_id
)

select
    customers.customer_id,{columns}
from staging.stg_customers as customers
left join totals on customers.customer_id = totals.customer_id
"""


def _sums_by(prefix: str, day: datetime.date) -> str:
    value = f"{prefix}day_value"

    def summed(what: str, since_days: int | None = None) -> str:
        since = ""
        if since_days is not None:
            since = f" and order_day > {literal(day - datetime.timedelta(days=since_days))}"
        return f"sum(case when order_day <= {literal(day)}{since} then {what} else 0 end)"

    return f"""
        max(case when order_day <= {literal(day)} then order_day end) as {prefix}last_day,
        min_by({value}, order_day) as {prefix}first_value,
        {summed("1")} as {prefix}days,
        {summed(value)} as {prefix}revenue,
        {summed("1", YEAR_DAYS)} as {prefix}year_days,
        {summed(value, YEAR_DAYS)} as {prefix}year_value,
        {summed("1", HALF_YEAR_DAYS)} as {prefix}half_year_days,
        {summed(value, HALF_YEAR_DAYS)} as {prefix}half_year_value"""


def _columns_of(prefix: str, day: datetime.date) -> str:
    def by_then(value: str, name: str) -> str:
        return f"\n    case when totals.{prefix}days > 0 then {value} end as {prefix}{name}"

    repeat_value = (
        f"cast(totals.{prefix}revenue - totals.{prefix}first_value as double)"
        f" / nullif(totals.{prefix}days - 1, 0)"
    )
    values = (
        f"cast(totals.{prefix}first_value as double)",
        f"totals.{prefix}days - 1",
        f"{literal(day)} - totals.first_day",
        f"{literal(day)} - totals.{prefix}last_day",
        repeat_value,
        f"totals.{prefix}year_days",
        f"cast(totals.{prefix}year_value as double)",
        f"totals.{prefix}half_year_days",
        f"cast(totals.{prefix}half_year_value as double)",
    )
    return ",".join(by_then(*column) for column in zip(values, COLUMNS_OF_A_DAY, strict=True))
