"""The table customer_value_forecast: what each customer will order and spend in a year."""

import datetime
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics_assets.defs.customers.bg_nbd import (
    BgNbd,
    expected_purchases,
    fit_bg_nbd,
    p_alive,
)
from analytics_assets.defs.customers.gamma_gamma import (
    GammaGamma,
    expected_value,
    fit_gamma_gamma,
)
from analytics_assets.defs.customers.maximum_likelihood import FloatArray

CALIBRATED = ("repeat_purchase_days", "recency_days", "age_days", "repeat_day_value")
HISTORY_COLUMNS = (
    *CALIBRATED,
    *(f"calibration_{name}" for name in CALIBRATED),
    "holdout_purchase_days",
    "holdout_revenue",
)


def numeric_histories(histories: pd.DataFrame) -> pd.DataFrame:
    """Return ``HISTORY_COLUMNS`` as float64, NULL as NaN, on a fresh index.

    Raises:
        ValueError: when one of them, or customer_id, is missing.
    """
    missing = [name for name in ("customer_id", *HISTORY_COLUMNS) if name not in histories]
    if missing:
        raise ValueError(
            f"purchase histories lack the columns {missing}; they have {list(histories.columns)}. "
            "warehouse.purchase_histories makes all of them"
        )
    return histories[list(HISTORY_COLUMNS)].astype("float64").reset_index(drop=True)


def whole_histories(histories: pd.DataFrame) -> pd.DataFrame:
    """Return the buyers' rows, with the columns ``CALIBRATED``."""
    return histories.loc[histories["repeat_purchase_days"].notna(), list(CALIBRATED)]


def calibration_histories(histories: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of who had bought by the split, with ``CALIBRATED`` as they were then."""
    columns = {f"calibration_{name}": name for name in CALIBRATED}
    known = histories["calibration_repeat_purchase_days"].notna()
    return histories.loc[known, list(columns)].rename(columns=columns)


DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class ForecastModels:
    """When customers buy, and what a purchase day is worth."""

    purchases: BgNbd
    value: GammaGamma

    @property
    def converged(self) -> bool:
        """Whether both fits found a maximum."""
        return self.purchases.converged and self.value.converged


def fit_models(buyers: pd.DataFrame) -> ForecastModels:
    """Fit both models to repeat_purchase_days, recency_days, age_days and repeat_day_value.

    One row a buyer; repeat_day_value counts for repeat buyers only. At least one of them is needed.
    """
    repeat = buyers[buyers["repeat_purchase_days"] > 0]
    return ForecastModels(
        purchases=fit_bg_nbd(
            buyers["repeat_purchase_days"],
            buyers["recency_days"] / DAYS_PER_WEEK,
            buyers["age_days"] / DAYS_PER_WEEK,
        ),
        value=fit_gamma_gamma(repeat["repeat_purchase_days"], repeat["repeat_day_value"]),
    )


def predict(models: ForecastModels, buyers: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return p_alive, orders, order_value and revenue of the next ``days``, indexed as ``buyers``.

    ``orders`` counts purchase days. A one-time buyer's order_value is the population's mean, NaN
    where that is not finite.
    """
    frequency = buyers["repeat_purchase_days"]
    recency, age = (buyers[name] / DAYS_PER_WEEK for name in ("recency_days", "age_days"))
    orders = expected_purchases(models.purchases, days / DAYS_PER_WEEK, frequency, recency, age)
    order_value = expected_value(models.value, frequency, buyers["repeat_day_value"])
    return pd.DataFrame(
        {
            "p_alive": p_alive(models.purchases, frequency, recency, age),
            "orders": orders,
            "order_value": order_value,
            "revenue": orders * order_value,
        },
        index=buyers.index,
    )


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


TOO_FEW_REPEAT_CUSTOMERS = "too_few_repeat_customers"
FIT_DID_NOT_CONVERGE = "fit_did_not_converge"
HOLDOUT_ERROR_TOO_LARGE = "holdout_error_above_25_percent"
REFUSALS = (TOO_FEW_REPEAT_CUSTOMERS, FIT_DID_NOT_CONVERGE, HOLDOUT_ERROR_TOO_LARGE)

MIN_REPEAT_CUSTOMERS = 200
MAX_HOLDOUT_ERROR = 0.25


@dataclass(frozen=True)
class ForecastReport:
    """How the forecast was made and how far it can be trusted; what the asset's metadata shows.

    Attributes:
        customers: rows of the table.
        buyers: those with a purchase.
        repeat_customers: those with a repeat purchase.
        models: fitted to the whole history; None with too few repeat customers before the split.
        holdout: of the models fitted up to the split; None likewise.
        value_frequency_correlation: of repeat_purchase_days and repeat_day_value over the repeat
            customers; Gamma-Gamma supposes 0. None with too few of them, or where one is constant.
        refusal: why no forecast is given, one of ``REFUSALS``; None where one is.
    """

    customers: int
    buyers: int
    repeat_customers: int
    models: ForecastModels | None
    holdout: Holdout | None
    value_frequency_correlation: float | None
    refusal: str | None


def forecast_report(histories: pd.DataFrame) -> ForecastReport:
    """Fit the models to the whole and to the calibration history, and judge them.

    ``histories`` is as ``numeric_histories`` returns it.
    """
    buyers = whole_histories(histories)
    repeat = buyers[buyers["repeat_purchase_days"] > 0]
    # Who had bought again by the split has bought again: the smaller number decides.
    calibration = calibration_histories(histories)
    enough = (calibration["repeat_purchase_days"] > 0).sum() >= MIN_REPEAT_CUSTOMERS
    models = fit_models(buyers) if enough else None
    holdout = evaluate_holdout(histories) if enough else None
    return ForecastReport(
        customers=len(histories),
        buyers=len(buyers),
        repeat_customers=len(repeat),
        models=models,
        holdout=holdout,
        value_frequency_correlation=_correlation(repeat) if models else None,
        refusal=refusal(models, holdout),
    )


def refusal(models: ForecastModels | None, holdout: Holdout | None) -> str | None:
    """Return why no forecast may be given, or None.

    A hold-out in which nobody bought has no relative error and cannot vouch for the models: it
    counts as too large an error.
    """
    if models is None or holdout is None:
        return TOO_FEW_REPEAT_CUSTOMERS
    if not (models.converged and holdout.models.converged):
        return FIT_DID_NOT_CONVERGE
    if holdout.error is None or holdout.error > MAX_HOLDOUT_ERROR:
        return HOLDOUT_ERROR_TOO_LARGE
    return None


def _correlation(repeat: pd.DataFrame) -> float | None:
    columns = ["repeat_purchase_days", "repeat_day_value"]
    # Sorted, so that the order of the rows cannot change a digit.
    pair = repeat[columns].sort_values(columns)
    if (pair.nunique() < 2).any():
        return None
    return float(np.corrcoef(pair.to_numpy(), rowvar=False)[0, 1])


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
