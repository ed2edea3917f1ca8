"""The shop has the shape of a shop: a process one can recover, all segments, busy hours."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from analytics_assets.demo_shop import DemoShop

pytestmark = pytest.mark.slow

REVENUE = ("completed", "shipped", "delivered")

# Rows R = 5..1, columns round-half-up((F + M) / 2) = 1..5.
SEGMENTS = {
    5: "new_customers potential_loyalists potential_loyalists champions champions",
    4: "promising potential_loyalists potential_loyalists loyal loyal",
    3: "about_to_sleep about_to_sleep needs_attention loyal loyal",
    2: "hibernating hibernating at_risk at_risk cant_lose_them",
    1: "lost hibernating at_risk at_risk cant_lose_them",
}


@pytest.fixture(scope="module")
def revenue_orders(shop: DemoShop) -> pd.DataFrame:
    orders = shop.orders.to_pandas()
    orders = orders[orders.order_status.str.strip().str.lower().isin(REVENUE)].copy()
    discount = orders.discount_percent.astype(float).fillna(0.0)
    orders["net_amount"] = orders.total_amount.astype(float) * (1 - discount / 100)
    return orders


def quintile(values: pd.Series) -> pd.Series:
    return 1 + np.floor(5 * (values.rank(method="min") - 1) / len(values)).astype(int)


def test_every_segment_and_every_cell_of_the_map_is_reached(
    shop: DemoShop, revenue_orders: pd.DataFrame
) -> None:
    by_customer = revenue_orders.groupby("customer_id")
    r = quintile(by_customer.order_date.max().dt.normalize())
    f = quintile(by_customer.size())
    m = quintile(by_customer.net_amount.sum())
    fm = np.floor((f + m) / 2 + 0.5).astype(int)
    cells = pd.crosstab(r, fm).reindex(index=range(1, 6), columns=range(1, 6), fill_value=0)
    assert (cells > 0).all().all()
    segments = pd.Series(
        [SEGMENTS[i].split()[j - 1] for i, j in zip(r, fm, strict=True)]
    ).value_counts()
    assert len(segments) == 11
    assert segments.min() >= 100
    assert len(shop.customers) - len(r) > 1000  # prospects


def minus_log_likelihood(
    logs: npt.NDArray[np.float64], x: pd.Series, t_x: pd.Series, length: pd.Series
) -> float:
    """BG/NBD, Fader, Hardie & Lee 2005, equation 6, in logarithms of the four parameters."""
    r, alpha, a, b = np.exp(logs)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + length)
    gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    mixed = np.where(x > 0, np.logaddexp(alive, gone), alive)
    return float(-(gammaln(r + x) - gammaln(r) + r * np.log(alpha) + mixed).sum())


def test_the_purchase_process_can_be_recovered(
    shop: DemoShop, revenue_orders: pd.DataFrame
) -> None:
    told = shop.ground_truth["purchase_process"]
    closed = pd.Timestamp("2025-12-28")  # newer orders are still open
    orders = revenue_orders[revenue_orders.order_date < closed].groupby("customer_id").order_date
    week = pd.Timedelta(weeks=1)
    x, first, last = orders.size() - 1, orders.min(), orders.max()
    fit = minimize(
        minus_log_likelihood,
        np.zeros(4),
        args=(x, (last - first) / week, (closed - first) / week),
        method="Nelder-Mead",
        options={"maxiter": 2000, "xatol": 1e-4, "fatol": 1e-3},
    )
    assert fit.success
    r, alpha, a, b = np.exp(fit.x)
    assert [r, alpha] == pytest.approx([told["r"], told["alpha"]], rel=0.06)
    assert a / (a + b) == pytest.approx(told["a"] / (told["a"] + told["b"]), rel=0.06)
    assert [a, b] == pytest.approx([told["a"], told["b"]], rel=0.25)


def test_the_observed_retention_follows_the_expected_curve(shop: DemoShop) -> None:
    curve = pd.DataFrame(shop.ground_truth["retention"])
    assert list(curve.months_since_signup) == list(range(36))
    p = curve.expected_rate
    z = (curve.retention_rate - p) / np.sqrt(p * (1 - p) / curve.customers)
    assert z.abs().max() < 4.0
    assert abs(z.mean()) < 0.75
    assert p.iloc[0] > 0.6 > 0.4 > p.iloc[2]
    assert p.iloc[12] > p.iloc[24]
