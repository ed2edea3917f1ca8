"""The table customer_value_forecast: what each customer will order and spend in a year."""

import numpy as np
import pandas as pd

from analytics_assets.defs.customers.forecast.histories import numeric_histories, whole_histories
from analytics_assets.defs.customers.forecast.models import predict
from analytics_assets.defs.customers.forecast.report import (
    REFUSALS,
    ForecastReport,
    forecast_report,
)

CUSTOMER_VALUE_FORECAST_COLUMNS = {
    "customer_id": "VARCHAR",
    "repeat_purchase_days": "BIGINT",
    "p_alive": "DOUBLE",
    "expected_orders_365d": "DOUBLE",
    "expected_order_value": "DOUBLE",
    "expected_revenue_365d": "DOUBLE",
    "forecast_basis": "VARCHAR",
}

REPEAT_BUYER = "bg_nbd_gamma_gamma"
ONE_TIME_BUYER = "bg_nbd_one_time_buyer"
NEVER_PURCHASED = "never_purchased"
FORECAST_BASES = (REPEAT_BUYER, ONE_TIME_BUYER, NEVER_PURCHASED, *REFUSALS)

FORECAST_DAYS = 365


def customer_value_forecast(histories: pd.DataFrame) -> tuple[pd.DataFrame, ForecastReport]:
    """Return one row a customer, in the order of ``histories``, and how it was made.

    Args:
        histories: customer_id and the numeric ``HISTORY_COLUMNS``, one row a customer; all NULL for
            who never bought. recency_days and age_days run from the first purchase day to the last
            one and to the as_of_date; repeat_day_value is the mean value of the repeat purchase
            days, NULL without one. The calibration columns are the same up to the split, the
            hold-out columns come after it; they are NULL for who had not bought by the split.

    Returns:
        The columns of ``CUSTOMER_VALUE_FORECAST_COLUMNS``. An order is a purchase day.
        repeat_purchase_days is NULL for who never bought, 0 for one-time buyers. p_alive is NULL
        for one-time buyers, since the model says 1 for all of them; their expected_order_value is
        the population's mean. Where a forecast is refused, forecast_basis says why for every buyer
        and everything but repeat_purchase_days is NULL.

    Raises:
        ValueError: when a column is missing, or a history cannot be.
    """
    numbers = numeric_histories(histories)
    report = forecast_report(numbers)

    repeat_days = numbers["repeat_purchase_days"]
    basis = np.select([repeat_days > 0, repeat_days == 0], [REPEAT_BUYER, ONE_TIME_BUYER], "")
    forecast = pd.DataFrame(
        {
            "customer_id": histories["customer_id"].reset_index(drop=True),
            "repeat_purchase_days": repeat_days.astype("Int64"),
            "p_alive": np.nan,
            "expected_orders_365d": np.nan,
            "expected_order_value": np.nan,
            "expected_revenue_365d": np.nan,
            "forecast_basis": np.where(
                repeat_days.isna(), NEVER_PURCHASED, report.refusal or basis
            ),
        }
    )
    if report.models is not None and report.refusal is None:
        predicted = predict(report.models, whole_histories(numbers), FORECAST_DAYS)
        forecast["p_alive"] = predicted["p_alive"].where(repeat_days > 0)
        forecast["expected_orders_365d"] = predicted["orders"]
        forecast["expected_order_value"] = predicted["order_value"]
        forecast["expected_revenue_365d"] = predicted["revenue"]
    return forecast, report
