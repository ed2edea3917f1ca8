import datetime

import pytest
from readable import assert_readable, subtitle_of, title_of

from analytics_assets.defs.customers.chart_calibration import calibration_bars, calibration_figure
from analytics_assets.defs.customers.customer_value_forecast import (
    REFUSALS,
    ForecastReport,
    FrequencyGroup,
    Holdout,
)

TOO_FEW, NO_CONVERGENCE, TOO_FAR_OFF = REFUSALS


def report_of(
    *groups: tuple[int, int, float, int], refusal: str | None = None, error: float | None = 0.04
) -> ForecastReport:
    predicted, actual = sum(g[2] for g in groups), sum(g[3] for g in groups)
    holdout = Holdout(
        days=183,
        customers=sum(g[1] for g in groups),
        models=None,
        predicted_purchase_days=predicted,
        actual_purchase_days=actual,
        error=error,
        predicted_revenue=None,
        actual_revenue=0.0,
        revenue_error=None,
        by_frequency=tuple(FrequencyGroup(*group) for group in groups),
    )
    return ForecastReport(
        customers=5000,
        buyers=4000,
        repeat_customers=150,
        models=None,
        holdout=holdout if groups else None,
        value_frequency_correlation=None,
        refusal=refusal,
    )


GROUPS = [(0, 4000, 1000.0, 1200), (1, 2000, 1500.0, 1400), (7, 10, 55.0, 60)]


def figure_of(report: ForecastReport):
    return calibration_figure(report, datetime.date(2025, 12, 31))


def test_the_bars_are_purchase_days_a_customer_and_the_last_group_is_open():
    bars = calibration_bars(report_of(*GROUPS))

    assert bars.to_numpy().tolist() == [
        ["0", 4000, 0.25, 0.3],
        ["1", 2000, 0.75, 0.7],
        ["7+", 10, 5.5, 6.0],
    ]
    predicted, actual = figure_of(report_of(*GROUPS)).axes[0].containers
    assert [bar.get_height() for bar in predicted] == [0.25, 0.75, 5.5]
    assert [bar.get_height() for bar in actual] == [0.3, 0.7, 6.0]


@pytest.mark.parametrize(
    ("report", "title"),
    [
        (report_of(*GROUPS), "The forecast was 4 % too low over the 183 days held out"),
        (
            report_of((0, 9, 20.0, 10), error=1.0, refusal=TOO_FAR_OFF),
            "No forecast is given: it was 100 % too high over the 183 days held out",
        ),
        (
            report_of((0, 9, 2.0, 0), error=None, refusal=TOO_FAR_OFF),
            "No forecast: nobody bought in the 183 days held out to judge it",
        ),
        (
            report_of(*GROUPS, refusal=NO_CONVERGENCE),
            "No forecast: the models do not fit these purchases",
        ),
        (
            report_of(refusal=TOO_FEW),
            "No forecast: fewer than 200 customers had bought again before the hold-out",
        ),
    ],
)
def test_the_title_says_how_far_off_it_was_or_why_there_is_none(report, title: str):
    assert title_of(figure_of(report)) == title
    assert_readable(figure_of(report))


def test_it_is_readable_with_all_groups_and_many_customers():
    groups = [(number, 3_000_000, 10.0, 12) for number in range(8)]

    assert_readable(figure_of(report_of(*groups)))


def test_n_and_the_date_stand_below_the_title():
    assert subtitle_of(figure_of(report_of(*GROUPS))).startswith(
        "6,010 customers known by the split, 183 days before 2025-12-31"
    )
