"""Purchase histories, aggregated by the warehouse: one row a customer leaves it, never an order."""

import datetime

import pandas as pd

from analytics_assets.defs.customers.customer_value_forecast import holdout_split_date
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.lib.warehouse.literals import literal


def purchase_histories(
    session: Session, as_of_date: datetime.date, split_date: datetime.date | None = None
) -> pd.DataFrame:
    """Return the purchase history of each customer, whole and split for the hold-out.

    Reads staging.stg_customers (customer_id) and staging.stg_orders (customer_id, order_day,
    is_revenue, net_amount). A purchase day is a day with a revenue order; its value is the sum of
    the day's net_amount.

    Args:
        session: only read from.
        as_of_date: the last day that counts.
        split_date: last day of the calibration period; ``holdout_split_date`` decides if None.

    Returns:
        One row a customer, the columns that ``customer_value_forecast`` asks for. Customers who
        never bought have NULL everywhere but in customer_id; those whose first purchase is after
        ``split_date`` have NULL in the calibration and hold-out columns.

    Raises:
        ValueError: when ``split_date`` is after ``as_of_date``.
    """
    if split_date is None:
        first_day = session.read(_first_purchase_day(as_of_date))["first_purchase_day"]
        bought = pd.to_datetime(first_day).dropna()
        split_date = (
            holdout_split_date(bought.iloc[0].date(), as_of_date) if len(bought) else as_of_date
        )
    if split_date > as_of_date:
        raise ValueError(
            f"split_date {split_date} is after as_of_date {as_of_date}; give a day before it, or "
            "none to hold out the newest part of the history"
        )
    return session.read(_histories_query(as_of_date, split_date))


def _first_purchase_day(as_of_date: datetime.date) -> str:
    """Return the query for (first_purchase_day), one row, NULL where no customer ever bought."""
    return f"""
select min(orders.order_day) as first_purchase_day
from staging.stg_orders as orders
inner join staging.stg_customers as customers on orders.customer_id = customers.customer_id
where orders.is_revenue
    and orders.net_amount > 0
    and orders.order_day <= {literal(as_of_date)}
"""


def _histories_query(as_of_date: datetime.date, split_date: datetime.date) -> str:
    """Return the query for the whole, the calibration and the hold-out history of each customer.

    One row a customer of staging.stg_customers. The calibration and hold-out columns are NULL where
    the first purchase is after ``split_date``, all columns but the id where there is none.
    """
    as_of, split = literal(as_of_date), literal(split_date)
    return f"""
with customer_days as (
    select customer_id, order_day, sum(net_amount) as day_value
    from staging.stg_orders
    where is_revenue
        and net_amount > 0
        and order_day <= {as_of}
    group by customer_id, order_day
),

totals as (
    select
        customer_id,
        min(order_day) as first_day,
        min_by(day_value, order_day) as first_day_value,
        max(order_day) as last_day,
        count(*) - 1 as repeat_days,
        sum(day_value) as revenue,
        max(case when order_day <= {split} then order_day end) as split_last_day,
        sum(case when order_day <= {split} then 1 else 0 end) - 1 as split_repeat_days,
        sum(case when order_day <= {split} then day_value else 0 end) as split_revenue
    from customer_days
    group by customer_id
),

whole as (
    select
        customer_id,
        repeat_days as repeat_purchase_days,
        last_day - first_day as recency_days,
        {as_of} - first_day as age_days,
        cast(revenue - first_day_value as double) / nullif(repeat_days, 0) as repeat_day_value
    from totals
),

calibration as (
    select
        customer_id,
        split_repeat_days as calibration_repeat_purchase_days,
        split_last_day - first_day as calibration_recency_days,
        {split} - first_day as calibration_age_days,
        cast(split_revenue - first_day_value as double) / nullif(split_repeat_days, 0)
            as calibration_repeat_day_value,
        repeat_days - split_repeat_days as holdout_purchase_days,
        cast(revenue - split_revenue as double) as holdout_revenue
    from totals
    where first_day <= {split}
)

select
    customers.customer_id,
    whole.repeat_purchase_days,
    whole.recency_days,
    whole.age_days,
    whole.repeat_day_value,
    calibration.calibration_repeat_purchase_days,
    calibration.calibration_recency_days,
    calibration.calibration_age_days,
    calibration.calibration_repeat_day_value,
    calibration.holdout_purchase_days,
    calibration.holdout_revenue
from staging.stg_customers as customers
left join whole on customers.customer_id = whole.customer_id
left join calibration on customers.customer_id = calibration.customer_id
"""
