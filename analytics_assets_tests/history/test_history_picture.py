import pandas as pd
import pytest
from readable import assert_readable, subtitle_of, title_of

from analytics_assets.defs.history.chart import history_days, history_figure, history_finding


def history_of(*rows: tuple[str, int, float, bool]) -> pd.DataFrame:
    columns = ["as_of_date", "active_customers", "net_sales_28d", "is_settled"]
    return pd.DataFrame(rows, columns=columns).sample(frac=1, random_state=1)


YEAR = history_of(
    ("2024-12-04", 100, 5000.0, True),
    ("2025-06-30", 300, 1.0, True),
    ("2025-12-01", 150, 4000.0, True),
    ("2025-12-31", 90, 10.0, False),
)


def finding(*rows: tuple[str, int, float, bool]) -> str:
    return history_finding(history_days(history_of(*rows)))


def test_the_newest_settled_day_is_compared_with_the_one_a_year_before():
    assert history_finding(history_days(YEAR)) == (
        "150 active customers on 2025-12-01, 50 % more than a year before; "
        "net sales of 28 days are down 20 %"
    )


def test_without_a_year_it_is_compared_with_the_first_day():
    assert finding(("2025-12-01", 100, 10.0, True), ("2025-12-31", 90, 15.0, True)) == (
        "90 active customers on 2025-12-31, 10 % fewer than on 2025-12-01; "
        "net sales of 28 days are up 50 %"
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "No day is filled yet"),
        ([("2025-12-01", 7, 1.0, True)], "7 active customers on 2025-12-01"),
        ([("2025-12-01", 7, 1.0, False)], "7 active customers on 2025-12-01"),
        (
            [("2025-12-01", 0, 0.0, True), ("2025-12-02", 0, 0.0, True)],
            "0 active customers on 2025-12-02, as many as on 2025-12-01; net sales of 28 days are "
            "unchanged",
        ),
    ],
)
def test_a_shop_with_few_days_is_told_what_there_is(rows: list, said: str):
    assert finding(*rows) == said
    if not rows:
        assert_readable(history_figure(history_of()))


def test_both_lines_are_drawn_and_days_that_were_open_are_hollow():
    figure = history_figure(YEAR)
    customers, sales = figure.axes

    assert list(customers.lines[0].get_ydata()) == [100, 300, 150, 90]
    assert list(sales.lines[0].get_ydata()) == [5000, 1, 4000, 10]
    assert list(customers.lines[1].get_ydata()) == [90]
    assert "Hollow" in subtitle_of(figure)
    assert title_of(figure).startswith("150 active customers")
    assert_readable(figure)
