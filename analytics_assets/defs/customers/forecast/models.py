"""Both models together: fitted to one table of histories, and what they say about each row."""

from dataclasses import dataclass

import pandas as pd

from analytics_assets.defs.customers.forecast.bg_nbd import (
    BgNbd,
    expected_purchases,
    fit_bg_nbd,
    p_alive,
)
from analytics_assets.defs.customers.forecast.gamma_gamma import (
    GammaGamma,
    expected_value,
    fit_gamma_gamma,
)

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
