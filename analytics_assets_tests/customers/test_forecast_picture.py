import dataclasses
import datetime

import numpy as np
import pandas as pd
import pytest
from readable import assert_readable, title_of

from analytics_assets.defs.customers.chart_forecast import forecast_figure, totals
from analytics_assets.defs.customers.customer_value_forecast import (
    REFUSALS,
    ForecastReport,
    Holdout,
)

TENTHS = pd.DataFrame(
    {
        "customers": [100] * 10,
        "churn_probability": np.linspace(0.05, 0.95, 10),
        "did_not_buy": np.linspace(0.1, 0.9, 10),
    }
)
HOLDOUT = Holdout(1000, 84_000.0, 80_000.0, 990.0, 1000.0, TENTHS)
REPORT = ForecastReport(
    buyers=4000,
    active_customers=2000,
    last_year_revenue=150_000.0,
    last_year_orders=2500,
    expected_revenue=123_456.7,
    expected_orders=2000.0,
    holdout=HOLDOUT,
)


def changed(**fields):
    return dataclasses.replace(REPORT, **fields)


def figure_of(report):
    return forecast_figure(report, datetime.date(2025, 12, 31))


def test_the_bars_are_what_was_said_and_what_came_and_last_years_spend_stands_beside():
    churn, bars = figure_of(REPORT).axes

    said, came = churn.containers
    assert [bar.get_height() for bar in said] == pytest.approx(TENTHS["churn_probability"])
    assert [bar.get_height() for bar in came] == pytest.approx(TENTHS["did_not_buy"])
    assert [bar.get_width() for bar in bars.containers[0]] == [123_456.7, 150_000, 84_000, 80_000]
    assert totals(changed(holdout=None))["name"].tolist() == ["forecast", "last 365 days"]


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (REPORT, ["123,457", "5 % above what came of revenue"]),
        (
            changed(holdout=dataclasses.replace(HOLDOUT, expected_orders=500.0)),
            ["123,457", "50 % below what came of purchase days"],
        ),
        (changed(holdout=None), ["123,457", "level not yet verified"]),
        (
            changed(
                refusal="holdout_error_above_25_percent",
                expected_revenue=None,
                holdout=dataclasses.replace(HOLDOUT, actual_revenue=42_000.0),
            ),
            ["No forecast", "100 % above what came of revenue"],
        ),
        (
            changed(
                refusal="holdout_error_above_25_percent",
                expected_revenue=None,
                holdout=dataclasses.replace(HOLDOUT, actual_revenue=0.0, actual_orders=0.0),
            ),
            ["No forecast", "nobody bought"],
        ),
    ],
)
def test_the_title_says_how_much_and_how_far_it_can_be_trusted(report, words):
    figure = figure_of(report)

    assert all(word in title_of(figure) for word in words), title_of(figure)


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_refused_forecast_says_why_in_words(reason):
    holdout = HOLDOUT if reason == REFUSALS[-1] else None
    figure = figure_of(changed(refusal=reason, expected_revenue=None, holdout=holdout))

    assert title_of(figure).startswith("No forecast: ")
    assert reason not in title_of(figure)
    if holdout:
        assert_readable(figure)


def test_it_is_readable_with_large_numbers():
    large = dataclasses.replace(HOLDOUT, expected_revenue=8.4e11, actual_revenue=8.0e11)

    assert_readable(
        figure_of(changed(expected_revenue=1.2e12, last_year_revenue=1.5e12, holdout=large))
    )
