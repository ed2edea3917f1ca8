import datetime

import numpy as np
import pandas as pd
import pytest
from readable import assert_readable, subtitle_of, title_of

from analytics_assets.defs.customers.chart_value import (
    TIERS,
    customer_value_figure,
    customer_value_finding,
    value_bars,
)

COLUMNS = ["value_tier", "value_bin", "customers", "revenue"]


def bins_of(revenues: np.ndarray, threshold: float = 1000, without: int = 3) -> pd.DataFrame:
    """Return the bins of these customers, counted one by one."""
    counted: dict[tuple[str, int], tuple[int, float]] = {}
    for revenue in revenues:
        tier = "high" if revenue >= threshold else "medium" if revenue >= threshold / 2 else "low"
        bin_number = next(b for b in range(-30, 100) if 10 ** ((b + 1) / 10) > revenue)
        customers, total = counted.get((tier, bin_number), (0, 0.0))
        counted[tier, bin_number] = (customers + 1, total + revenue)
    rows = [(tier, b, n, total) for (tier, b), (n, total) in counted.items()]
    return pd.DataFrame([*rows, ("none", None, without, 0.0)], columns=COLUMNS)


def figure_of(bins: pd.DataFrame, threshold: float = 1000):
    return customer_value_figure(bins, threshold, datetime.date(2025, 12, 31))


REVENUES = np.random.default_rng(5).lognormal(6.3, 1.3, 400)


def test_every_buyer_is_in_one_bar_of_its_tier_and_the_bars_of_a_bin_are_stacked():
    bars = value_bars(bins_of(REVENUES).sample(frac=1, random_state=1))

    assert bars["customers"].sum() == 400
    for tier, low, high in (("low", 0, 500), ("medium", 500, 1000), ("high", 1000, np.inf)):
        inside = ((low <= REVENUES) & (high > REVENUES)).sum()
        assert bars.loc[bars["value_tier"] == tier, "customers"].sum() == inside
    for _, group in bars.groupby("left"):
        left, right = group["left"].iloc[0], (group["left"] + group["width"]).iloc[0]
        assert group["customers"].sum() == ((left <= REVENUES) & (right > REVENUES)).sum()
        assert group["bottom"].to_list() == [0, *group["customers"].cumsum()[:-1]]
        assert [list(TIERS).index(t) for t in group["value_tier"]] == sorted(
            list(TIERS).index(t) for t in group["value_tier"]
        )


def test_the_title_says_what_the_high_tier_brings_and_who_is_left_out_stands_below():
    high = REVENUES[REVENUES >= 1000]
    figure = figure_of(bins_of(REVENUES, without=7))

    assert title_of(figure) == (
        f"{100 * len(high) / 400:.0f} % of buyers are of high value and bring "
        f"{100 * high.sum() / REVENUES.sum():.0f} % of the revenue"
    )
    assert subtitle_of(figure).startswith("400 customers by total_revenue")
    assert "7 who never bought" in subtitle_of(figure)


def test_who_sent_everything_back_is_left_out_and_counted_apart():
    bins = bins_of(REVENUES, without=7)
    bins.loc[len(bins)] = ["none_after_returns", None, 4, -12.0]

    assert customer_value_finding(bins, 1000) == customer_value_finding(bins_of(REVENUES), 1000)
    subtitle = subtitle_of(figure_of(bins))
    assert subtitle.endswith("left out are 7 who never bought and 4 who sent all of it back")


def test_a_shop_without_buyers_or_without_high_value_is_told_so():
    nobody = bins_of(np.array([]))
    small = bins_of(np.array([3.0, 700.0]))

    assert title_of(figure_of(nobody)) == "No customer has bought anything yet"
    assert title_of(figure_of(nobody.head(0))) == "No customer has bought anything yet"
    assert customer_value_finding(small, 1000) == "No buyer has brought 1,000 or more yet"
    assert_readable(figure_of(nobody))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("revenues", "threshold"),
    [(np.array([0.01]), 0.5), (np.array([12.0, 990_000_000.0]), 2_500_000.5)],
    ids=["one cent", "two far apart"],
)
def test_it_is_readable(revenues: np.ndarray, threshold: float):
    assert_readable(figure_of(bins_of(revenues, threshold), threshold))
