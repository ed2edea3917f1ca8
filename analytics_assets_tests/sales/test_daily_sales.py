"""daily_sales of the demonstration shop against what was planted, and against pandas."""

from decimal import Decimal

import duckdb
import pandas as pd
import pytest
from materialized_shop import Shop

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]


@pytest.fixture(scope="module")
def daily(shop: Shop) -> pd.DataFrame:
    with duckdb.connect(shop.settings.duckdb_path) as connection:
        days = connection.execute("from analytics.daily_sales").df()
    return days.set_index("order_day").sort_index()


def cents(column: pd.Series) -> Decimal:
    return Decimal(int((column.astype(float) * 100).round().sum())) / 100


def test_totals_are_those_planted(shop: Shop, daily: pd.DataFrame):
    truth = shop.truth
    revenue, unknown = truth["revenue"]["all"], truth["revenue"]["without_customer"]

    assert int(daily["orders"].sum()) == revenue["orders"]
    assert cents(daily["sales"]) == Decimal(revenue["net_amount"])
    assert cents(daily["returns_of_these_sales"]) == Decimal(revenue["returned_amount"])
    assert cents(daily["returned_this_day"]) == Decimal(truth["returns"]["amount"])
    assert int(daily["unknown_customer_orders"].sum()) == unknown["orders"]
    assert cents(daily["unknown_customer_sales"]) == Decimal(unknown["net_amount"])
    assert int(daily["open_orders"].sum()) == truth["open_orders"]["orders"]
    assert cents(daily["open_amount"]) == Decimal(truth["open_orders"]["net_amount"])


def test_no_day_is_left_out(daily: pd.DataFrame):
    assert list(daily.index) == list(pd.date_range(daily.index.min(), daily.index.max()))


def test_returns_stand_on_the_day_of_the_sale_and_on_their_own(shop: Shop, daily: pd.DataFrame):
    returns = pd.read_parquet(shop.files / "returns.parquet")
    orders = pd.read_parquet(shop.files / "orders.parquet").set_index("order_id")
    sold = returns["order_id"].map(orders["order_date"]).dt.normalize()

    for column, day in (
        ("returns_of_these_sales", sold),
        ("returned_this_day", returns["returned_at"].dt.normalize()),
    ):
        expected = returns["amount"].astype(float).groupby(day).sum()
        both = pd.concat([daily[column].astype(float), expected], axis=1).fillna(0)
        assert both.iloc[:, 0].to_numpy() == pytest.approx(both.iloc[:, 1].to_numpy(), abs=1e-6)
