"""The table customer_value_forecast: what each customer will order and spend in a year, or why not.

BG/NBD and Gamma-Gamma say who; customers like these, a year ago, say how much the shop gets.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit

from analytics_assets.defs.customers.bg_nbd import (
    BgNbd,
    expected_purchases,
    fit_bg_nbd,
    p_alive,
    probability_of_a_purchase,
)
from analytics_assets.defs.customers.gamma_gamma import (
    GammaGamma,
    expected_value,
    fit_gamma_gamma,
)
from analytics_assets.defs.customers.histories import (
    COLUMNS_OF_A_DAY,
    HISTORY_COLUMNS,
    YEAR_DAYS,
)
from analytics_assets.defs.customers.maximum_likelihood import FloatArray
from analytics_assets.defs.customers.year_ago_cells import Cells, draw_cells

REPEAT_BUYER = "bg_nbd_gamma_gamma"
ONE_TIME_BUYER = "bg_nbd_one_time_buyer"
NEVER_PURCHASED = "never_purchased"

HISTORY_UNDER_TWO_YEARS = "history_under_two_years"
TOO_FEW_REPEAT_CUSTOMERS = "too_few_repeat_customers"
TOO_FEW_CUSTOMERS_A_YEAR_AGO = "too_few_customers_a_year_ago"
NOBODY_SEEN_TO_LEAVE = "nobody_seen_to_leave"
FIT_DID_NOT_CONVERGE = "fit_did_not_converge"
ORDER_VALUES_CHANGED = "order_values_changed"
LEVEL_OUT_OF_RANGE = "level_out_of_range"
HOLDOUT_ERROR_TOO_LARGE = "holdout_error_above_25_percent"
REFUSALS = (
    HISTORY_UNDER_TWO_YEARS,
    TOO_FEW_REPEAT_CUSTOMERS,
    TOO_FEW_CUSTOMERS_A_YEAR_AGO,
    NOBODY_SEEN_TO_LEAVE,
    FIT_DID_NOT_CONVERGE,
    ORDER_VALUES_CHANGED,
    LEVEL_OUT_OF_RANGE,
    HOLDOUT_ERROR_TOO_LARGE,
)

MIN_HISTORY_DAYS = 2 * YEAR_DAYS
MIN_REPEAT_CUSTOMERS = 200
MIN_ACTIVE_CUSTOMERS = 200
ORDER_VALUE_RANGE = (0.8, 1.25)
LEVEL_RANGE = (0.5, 2.0)
MAX_HOLDOUT_ERROR = 0.25

_DAYS_PER_WEEK = 7
_YEAR_WEEKS = YEAR_DAYS / _DAYS_PER_WEEK
# Logits beyond these are 0 and 1 in double precision.
_LOGIT_EDGE = 60.0

_FIGURES = (
    "p_alive",
    "churn_probability",
    "expected_orders_365d",
    "expected_order_value",
    "expected_revenue_365d",
    "expected_revenue_low",
    "expected_revenue_high",
)
FORECAST_COLUMNS = ("customer_id", "repeat_purchase_days", *_FIGURES, "forecast_basis")


@dataclass(frozen=True)
class Level:
    """What the year-ago cells make of the models.

    Attributes:
        revenue: what customers active today bring by their cells, over what the models say.
        orders: the same of purchase days.
        shift: what is added to the logit of each customer's chance to buy.
    """

    revenue: float
    orders: float
    shift: float


@dataclass(frozen=True)
class Holdout:
    """The whole procedure run a year ago, and the year that came, of who had bought by then.

    Attributes:
        customers: buyers a year ago.
        expected_revenue, actual_revenue, expected_orders, actual_orders: totals of the year.
        tenths: one row per tenth of the customers by churn_probability: customers,
            churn_probability (mean), did_not_buy (share).
    """

    customers: int
    expected_revenue: float
    actual_revenue: float
    expected_orders: float
    actual_orders: float
    tenths: pd.DataFrame

    @property
    def revenue_error(self) -> float:
        """Return abs(expected - actual) / actual; infinite where nothing came."""
        return _relative_error(self.expected_revenue, self.actual_revenue)

    @property
    def orders_error(self) -> float:
        """Return the same of purchase days."""
        return _relative_error(self.expected_orders, self.actual_orders)

    @property
    def error(self) -> float:
        """Return the larger of both errors."""
        return max(self.revenue_error, self.orders_error)


@dataclass(frozen=True)
class ForecastReport:
    """How the forecast was made and how far it can be trusted.

    Attributes:
        buyers: customers with a purchase.
        active_customers: those with a purchase in the last 365 days.
        last_year_revenue: revenue of the last 365 days, of all customers.
        last_year_orders: purchase days of the last 365 days.
        refusal: why no forecast is given, one of ``REFUSALS``; None where one is.
        purchases, value, cells, level: what the forecast is made of; None as far as the procedure
            did not come. A refused forecast may have all of them.
        expected_revenue, expected_orders: totals of the table; None where refused.
        holdout: None where it cannot be measured: under three years of history, or a forecast that
            would have been refused a year ago.
        holdout_refusal: the reason of that refusal.
    """

    buyers: int
    active_customers: int
    last_year_revenue: float
    last_year_orders: int
    refusal: str | None = None
    purchases: BgNbd | None = None
    value: GammaGamma | None = None
    cells: Cells | None = None
    level: Level | None = None
    expected_revenue: float | None = None
    expected_orders: float | None = None
    holdout: Holdout | None = None
    holdout_refusal: str | None = None


@dataclass(frozen=True)
class _Made:
    """What the procedure makes at one day: as far as it came, and the reason it stopped."""

    refusal: str | None = None
    purchases: BgNbd | None = None
    value: GammaGamma | None = None
    cells: Cells | None = None
    level: Level | None = None
    # _FIGURES of the buyers, NaN as in the table; None without a level.
    figures: pd.DataFrame | None = None


def customer_value_forecast(histories: pd.DataFrame) -> tuple[pd.DataFrame, ForecastReport]:
    """Return one row per customer, in the order of ``histories``, and how it was made.

    Args:
        histories: customer_id and ``HISTORY_COLUMNS``, one row per customer, as
            ``histories.purchase_histories`` returns them.

    Returns:
        ``FORECAST_COLUMNS``. An order is a purchase day. repeat_purchase_days is NULL for who never
        bought, 0 for one-time buyers. p_alive is NULL for one-time buyers, since the model says 1
        for all of them; expected_revenue_low and _high for who did not buy in the last 365 days,
        or sent all of that back. Where a forecast is refused, forecast_basis says why for every
        buyer and everything but repeat_purchase_days is NULL.

    Raises:
        ValueError: when a column is missing, or a history cannot be.
    """
    missing = [name for name in ("customer_id", *HISTORY_COLUMNS) if name not in histories]
    if missing:
        raise ValueError(
            f"histories must have the columns {missing} (got {list(histories.columns)}). Next: "
            "take them from histories.purchase_histories"
        )
    # In one order whatever order a database gave: no digit depends on it.
    numbers = histories.set_index("customer_id")[list(HISTORY_COLUMNS)].astype("float64")
    numbers = numbers.sort_index()
    now, year_ago, two_years_ago = (
        _history(numbers, prefix) for prefix in ("", "year_ago_", "two_years_ago_")
    )
    made = _forecast(now, year_ago)
    holdout, holdout_refusal = None, None
    if _history_days(year_ago) >= MIN_HISTORY_DAYS:
        then = _forecast(year_ago, two_years_ago)
        holdout_refusal = then.refusal
        if then.refusal is None and then.figures is not None:
            holdout = _holdout(then.figures, now)
    refusal = made.refusal
    if refusal is None and holdout is not None and not holdout.error <= MAX_HOLDOUT_ERROR:
        refusal = HOLDOUT_ERROR_TOO_LARGE

    figures = made.figures if refusal is None else None
    report = ForecastReport(
        buyers=len(now),
        active_customers=int(_active(now).sum()),
        last_year_revenue=math.fsum(now["year_revenue"]),
        last_year_orders=int(now["year_purchase_days"].sum()),
        refusal=refusal,
        purchases=made.purchases,
        value=made.value,
        cells=made.cells,
        level=made.level,
        expected_revenue=None if figures is None else math.fsum(figures["expected_revenue_365d"]),
        expected_orders=None if figures is None else math.fsum(figures["expected_orders_365d"]),
        holdout=holdout,
        holdout_refusal=holdout_refusal,
    )
    return _table(histories, numbers, figures, refusal), report


def _table(
    histories: pd.DataFrame,
    numbers: pd.DataFrame,
    figures: pd.DataFrame | None,
    refusal: str | None,
) -> pd.DataFrame:
    repeat_days = numbers["repeat_purchase_days"]
    basis = np.select([repeat_days > 0, repeat_days == 0], [REPEAT_BUYER, ONE_TIME_BUYER], "")
    table = pd.DataFrame(index=numbers.index, columns=list(_FIGURES), dtype="float64")
    if figures is not None:
        table.loc[figures.index] = figures[list(_FIGURES)]
    table["repeat_purchase_days"] = repeat_days.astype("Int64")
    table["forecast_basis"] = np.where(repeat_days.isna(), NEVER_PURCHASED, refusal or basis)
    return table.loc[histories["customer_id"]].reset_index()[list(FORECAST_COLUMNS)]


def _history(numbers: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """Return the buyers of one day with ``COLUMNS_OF_A_DAY``."""
    bought = numbers[f"{prefix}repeat_purchase_days"].notna()
    columns = {f"{prefix}{name}": name for name in COLUMNS_OF_A_DAY}
    return numbers.loc[bought, list(columns)].rename(columns=columns)


def _history_days(buyers: pd.DataFrame) -> int:
    """Return the days since the first purchase of all, -1 before it."""
    return int(buyers["age_days"].max()) if len(buyers) else -1


def _active(buyers: pd.DataFrame) -> "pd.Series[bool]":
    return buyers["year_purchase_days"] > 0


def _forecast(now: pd.DataFrame, year_ago: pd.DataFrame) -> _Made:
    """Return the whole procedure at one day, given the histories at that day and a year before."""
    if _history_days(now) < MIN_HISTORY_DAYS:
        return _Made(HISTORY_UNDER_TWO_YEARS)
    if (year_ago["repeat_purchase_days"] > 0).sum() < MIN_REPEAT_CUSTOMERS:
        return _Made(TOO_FEW_REPEAT_CUSTOMERS)
    if _active(year_ago).sum() < MIN_ACTIVE_CUSTOMERS:
        return _Made(TOO_FEW_CUSTOMERS_A_YEAR_AGO)
    frequency = now["repeat_purchase_days"].to_numpy()
    recency = (now["age_days"] - now["days_since_last"]).to_numpy() / _DAYS_PER_WEEK
    age = now["age_days"].to_numpy() / _DAYS_PER_WEEK
    history = frequency, recency, age
    purchases = fit_bg_nbd(*history)
    if not purchases.converged:
        reason = NOBODY_SEEN_TO_LEAVE if purchases.nobody_leaves else FIT_DID_NOT_CONVERGE
        return _Made(reason, purchases)
    # The model of values takes values above 0; a customer may have sent everything back.
    repeat = (frequency > 0) & (now["repeat_day_value"] > 0).to_numpy()
    value = fit_gamma_gamma(frequency[repeat], now["repeat_day_value"].to_numpy()[repeat])
    orders = expected_purchases(purchases, _YEAR_WEEKS, *history)
    # A one-time buyer's value is known from one day, its first.
    order_value = expected_value(
        value,
        np.maximum(frequency, 1),
        now["repeat_day_value"].where(frequency > 0, now["first_day_value"]),
    )
    if not (value.converged and np.isfinite(order_value).all()):
        return _Made(FIT_DID_NOT_CONVERGE, purchases, value)

    cells = _cells_a_year_ago(now, year_ago)
    active = _active(now).to_numpy()
    cell = cells.of(
        now["days_since_last"].to_numpy()[active], now["year_purchase_days"].to_numpy()[active]
    )
    chance = logit(probability_of_a_purchase(purchases, _YEAR_WEEKS, *history))
    level = Level(
        revenue=_over((cells.revenue / cells.customers)[cell], (orders * order_value)[active]),
        orders=_over((cells.purchase_days / cells.customers)[cell], orders[active]),
        shift=_shift(chance[active], float((cells.bought / cells.customers)[cell].mean())),
    )
    figures = pd.DataFrame(
        {
            "p_alive": np.where(frequency > 0, p_alive(purchases, *history), np.nan),
            "churn_probability": expit(-(chance + level.shift)),
            "expected_orders_365d": orders * level.orders,
            "expected_order_value": np.nan,
            "expected_revenue_365d": orders * order_value * level.revenue,
            "expected_revenue_low": np.nan,
            "expected_revenue_high": np.nan,
        },
        index=now.index,
    )
    # Of who sent everything back there is nothing to take a share of.
    spent = now["year_revenue"].where(now["year_revenue"] > 0).to_numpy()[active]
    figures.loc[active, "expected_revenue_low"] = spent * cells.low[cell]
    figures.loc[active, "expected_revenue_high"] = spent * cells.high[cell]
    refusal = None
    if not _within(_ratio(_order_value(now), _order_value(year_ago)), ORDER_VALUE_RANGE):
        refusal = ORDER_VALUES_CHANGED
    elif not (_within(level.revenue, LEVEL_RANGE) and _within(level.orders, LEVEL_RANGE)):
        refusal = LEVEL_OUT_OF_RANGE
    else:
        figures["expected_order_value"] = order_value * (level.revenue / level.orders)
    return _Made(refusal, purchases, value, cells, level, figures)


def _cells_a_year_ago(now: pd.DataFrame, year_ago: pd.DataFrame) -> Cells:
    """Return the cells of who was active a year ago; the year after is the last one of now."""
    active = year_ago[_active(year_ago)]
    following = now.loc[active.index]
    return draw_cells(
        active["days_since_last"].to_numpy(),
        active["year_purchase_days"].to_numpy(),
        active["year_revenue"].to_numpy(),
        following["year_purchase_days"].to_numpy(),
        following["year_revenue"].to_numpy(),
    )


def _over(came: FloatArray, said: FloatArray) -> float:
    return _ratio(float(came.sum()), float(said.sum()))


def _ratio(value: float, base: float) -> float:
    """Return value / base, NaN where the base is not above 0."""
    return value / base if base > 0 else math.nan


def _shift(chance: FloatArray, share: float) -> float:
    """Return what must be added to the logits for their mean probability to be ``share``."""

    def excess(shift: float) -> float:
        return float(expit(chance + shift).mean()) - share

    if excess(_LOGIT_EDGE) <= 0:
        return _LOGIT_EDGE
    if excess(-_LOGIT_EDGE) >= 0:
        return -_LOGIT_EDGE
    return float(brentq(excess, -_LOGIT_EDGE, _LOGIT_EDGE, xtol=1e-12))


def _order_value(buyers: pd.DataFrame) -> float:
    """Return the mean value of a purchase day of the last 183 days, NaN without one."""
    days = float(buyers["half_year_purchase_days"].sum())
    return _ratio(math.fsum(buyers["half_year_revenue"]), days)


def _within(value: float, limits: tuple[float, float]) -> bool:
    low, high = limits
    return low <= value <= high


def _holdout(figures: pd.DataFrame, now: pd.DataFrame) -> Holdout:
    """Return what the figures of a year ago said, beside what came since, of the same buyers."""
    came = now.loc[figures.index]
    return Holdout(
        customers=len(figures),
        expected_revenue=math.fsum(figures["expected_revenue_365d"]),
        actual_revenue=math.fsum(came["year_revenue"]),
        expected_orders=math.fsum(figures["expected_orders_365d"]),
        actual_orders=float(came["year_purchase_days"].sum()),
        tenths=churn_by_tenths(
            figures["churn_probability"].to_numpy(), (came["year_purchase_days"] == 0).to_numpy()
        ),
    )


def churn_by_tenths(
    churn_probability: FloatArray, did_not_buy: "np.typing.NDArray[np.bool_]"
) -> pd.DataFrame:
    """Return one row per tenth of the customers, the least likely to leave first.

    Returns:
        customers, churn_probability (mean of the tenth), did_not_buy (share). Tenths differ by at
        most one customer; fewer than ten customers make fewer rows.
    """
    order = np.argsort(churn_probability, kind="stable")
    parts = [part for part in np.array_split(order, 10) if len(part)]
    return pd.DataFrame(
        {
            "customers": [len(part) for part in parts],
            "churn_probability": [float(churn_probability[part].mean()) for part in parts],
            "did_not_buy": [float(did_not_buy[part].mean()) for part in parts],
        }
    )


def _relative_error(expected: float, actual: float) -> float:
    return abs(expected - actual) / actual if actual else math.inf
