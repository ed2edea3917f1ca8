"""Purchase histories, aggregated by the warehouse: one row a customer leaves it, never an order."""

import datetime

import pandas as pd

from analytics_assets.defs.customers import purchase_history_queries as queries
from analytics_assets.defs.customers.forecast.holdout import holdout_split_date
from analytics_assets.lib.warehouse.interface import Session


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
        first_day = session.read(queries.first_purchase_day(as_of_date))["first_purchase_day"]
        bought = pd.to_datetime(first_day).dropna()
        split_date = (
            holdout_split_date(bought.iloc[0].date(), as_of_date) if len(bought) else as_of_date
        )
    if split_date > as_of_date:
        raise ValueError(
            f"split_date {split_date} is after as_of_date {as_of_date}; give a day before it, or "
            "none to hold out the newest part of the history"
        )
    return session.read(queries.purchase_histories(as_of_date, split_date))
