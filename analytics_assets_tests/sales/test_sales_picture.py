import numpy as np
import pandas as pd
import pytest
from readable import assert_readable, subtitle_of

from analytics_assets.defs.sales.chart import sales_days, sales_figure, sales_finding


def daily_of(days: int, still_open: int = 0) -> pd.DataFrame:
    """Return so many days to 2025-12-28: 100 a day, of the last 28 settled ones 150."""
    sales = np.full(days, 100.0)
    sales[max(0, days - still_open - 28) : days - still_open] = 150.0
    sales[days - still_open :] = 1.0
    frame = pd.DataFrame(
        {
            "order_day": pd.date_range(end="2025-12-28", periods=days),
            "sales": sales,
            "returned_this_day": 0.1 * sales,
            "net_cash": 0.9 * sales,
            "new_customer_sales": 0.25 * sales,
            "is_settled": np.arange(days) < days - still_open,
        }
    )
    return frame.sample(frac=1, random_state=1)


def test_the_title_compares_28_settled_days_with_the_28_before():
    expected = (
        "Sales of the last 28 settled days (to {} Dec 2025) are 50 % above the 28 before; "
        "returns of these days are 10 % of them, new customers 25 %"
    )
    assert sales_finding(sales_days(daily_of(100))) == expected.format(28)
    assert sales_finding(sales_days(daily_of(100, still_open=4))) == expected.format(24)
    assert sales_finding(sales_days(daily_of(30))).startswith("Sales of 4,200 in 28 settled days")
    assert sales_finding(sales_days(daily_of(5, 5))) == "No sales in the last 28 settled days"
    assert sales_finding(sales_days(daily_of(0))) == "No sales yet"


def test_open_days_are_shaded_and_in_no_mean():
    drawn = sales_figure(daily_of(100, still_open=4)).axes[0]

    sales = drawn.lines[0].get_ydata()
    assert list(sales[-6:-4]) == pytest.approx([(27 * 150 + 100) / 28, 150])
    assert np.isnan(sales[-4:]).all()
    [shaded] = drawn.patches
    assert pd.Timestamp(shaded.get_x(), unit="D") == pd.Timestamp("2025-12-24 12:00")
    assert not sales_figure(daily_of(100)).axes[0].patches
    assert "Shaded: from 2025-12-25 on" in subtitle_of(sales_figure(daily_of(100, still_open=4)))


@pytest.mark.parametrize("days", [0, 400])
def test_it_is_readable(days: int):
    assert_readable(sales_figure(daily_of(days, still_open=min(days, 4))))
