"""The hold-out: what the models, fitted to the past, would have said about days already known."""

import datetime
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics_assets.defs.customers.forecast.customer_arrays import FloatArray
from analytics_assets.defs.customers.forecast.histories import calibration_histories
from analytics_assets.defs.customers.forecast.models import ForecastModels, fit_models, predict

HOLDOUT_DAYS = 183
# Customers with this many repeat purchase days or more share the last group.
LAST_GROUP = 7


@dataclass(frozen=True)
class FrequencyGroup:
    """Customers with equally many repeat purchase days before the split; the last group is open."""

    repeat_purchase_days: int
    customers: int
    predicted_purchase_days: float
    actual_purchase_days: int


@dataclass(frozen=True)
class Holdout:
    """Models fitted up to the split, and purchases after it of the customers known by then.

    ``error`` is abs(predicted - actual) / actual purchase days, ``revenue_error`` the same for
    revenue; None where nobody bought after the split, or revenue has no finite expectation.
    """

    days: int
    customers: int
    models: ForecastModels
    predicted_purchase_days: float
    actual_purchase_days: int
    error: float | None
    predicted_revenue: float | None
    actual_revenue: float
    revenue_error: float | None
    by_frequency: tuple[FrequencyGroup, ...]


def holdout_split_date(
    first_purchase_day: datetime.date, as_of_date: datetime.date
) -> datetime.date:
    """Return the last day of the calibration period.

    The last 183 days are held out when the history before them is at least as long, else its last
    third.
    """
    history_days = (as_of_date - first_purchase_day).days
    held_out = HOLDOUT_DAYS if history_days >= 2 * HOLDOUT_DAYS else history_days // 3
    return as_of_date - datetime.timedelta(days=held_out)


def evaluate_holdout(histories: pd.DataFrame) -> Holdout:
    """Fit to the calibration columns of ``histories`` and compare with its hold-out columns.

    ``histories`` is as ``numeric_histories`` returns it, with a repeat purchase before the split.
    """
    calibration = calibration_histories(histories)
    known = histories.loc[calibration.index]
    days = int((known["age_days"] - known["calibration_age_days"]).iloc[0])
    models = fit_models(calibration)
    predicted = predict(models, calibration, days)
    # Exact sums, so that the order of the rows cannot change a digit.
    orders, revenue = math.fsum(predicted["orders"]), math.fsum(predicted["revenue"])
    actual_orders = int(known["holdout_purchase_days"].sum())
    actual_revenue = math.fsum(known["holdout_revenue"])
    return Holdout(
        days=days,
        customers=len(known),
        models=models,
        predicted_purchase_days=orders,
        actual_purchase_days=actual_orders,
        error=_relative_error(orders, actual_orders),
        predicted_revenue=revenue if math.isfinite(revenue) else None,
        actual_revenue=actual_revenue,
        revenue_error=_relative_error(revenue, actual_revenue),
        by_frequency=_by_frequency(
            calibration["repeat_purchase_days"].to_numpy(),
            predicted["orders"].to_numpy(),
            known["holdout_purchase_days"].to_numpy(),
        ),
    )


def _by_frequency(
    frequency: FloatArray, predicted: FloatArray, actual: FloatArray
) -> tuple[FrequencyGroup, ...]:
    group = np.minimum(frequency, LAST_GROUP)
    return tuple(
        FrequencyGroup(
            repeat_purchase_days=int(number),
            customers=int((group == number).sum()),
            predicted_purchase_days=math.fsum(predicted[group == number]),
            actual_purchase_days=int(actual[group == number].sum()),
        )
        for number in np.unique(group)
    )


def _relative_error(predicted: float, actual: float) -> float | None:
    if actual == 0 or not math.isfinite(predicted):
        return None
    return abs(predicted - actual) / actual
