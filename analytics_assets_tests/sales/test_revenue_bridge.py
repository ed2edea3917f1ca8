"""revenue_bridge of the demonstration shop against what was planted, and against pandas."""

from decimal import Decimal

import pandas as pd
import pytest
from materialized_shop import Shop

from analytics_assets.defs.sales.pages import bridge_finding


@pytest.mark.slow
@pytest.mark.xdist_group("shop")
def test_every_step_is_what_was_planted(shop: Shop):
    truth = shop.truth
    bridge = {
        line: (orders, amount)
        for line, orders, amount in shop.rows(
            "select line, sum(orders), sum(amount) from analytics.revenue_bridge group by line"
        )
    }
    every, guests, before = (
        truth["revenue"][whose] for whose in ("all", "without_customer", "before_signup")
    )
    for line, planted in {
        "raw_revenue_orders": every,
        "without_known_customer": guests,
        "before_signup": before,
    }.items():
        assert bridge[line] == (planted["orders"], Decimal(planted["net_amount"])), line
    for line, planted in {
        "returned": every,
        "returned_without_known_customer": guests,
        "returned_before_signup": before,
        "returned_this_month": every,
    }.items():
        assert bridge[line][1] == Decimal(planted["returned_amount"]), line
    assert bridge["demand_only"] == (
        truth["open_orders"]["orders"],
        Decimal(truth["open_orders"]["net_amount"]),
    )
    assert bridge["all_orders"][0] == len(pd.read_parquet(shop.files / "orders.parquet"))
    assert bridge["unexplained"] == (0, 0)


@pytest.mark.slow
@pytest.mark.xdist_group("shop")
def test_returns_stand_in_the_month_of_their_sale_and_in_their_own(shop: Shop):
    returns = pd.read_parquet(shop.files / "returns.parquet")
    orders = pd.read_parquet(shop.files / "orders.parquet").set_index("order_id")
    sold = returns["order_id"].map(orders["order_date"])
    cents = (returns["amount"].astype(float) * 100).round().astype("int64")

    for line, day in {"returned": sold, "returned_this_month": returns["returned_at"]}.items():
        expected = cents.groupby(day.dt.to_period("M").dt.start_time).sum()
        found = shop.rows(
            "select order_month, cast(100 * amount as bigint) from analytics.revenue_bridge "
            f"where line = '{line}' and amount <> 0 order by 1"
        )
        assert found == [(month.date(), int(amount)) for month, amount in expected.items()], line


def test_the_finding_says_what_the_cohorts_hold_and_what_came_back():
    lines = pd.DataFrame(
        {
            "line": ["raw_revenue_orders", "in_cohorts", "returned_in_cohorts"],
            "amount": [2000, 1500, 150],
        }
    )

    assert (
        bridge_finding(lines)
        == "75 % of 2,000 of revenue is in the cohorts; 10 % of that came back"
    )
    assert bridge_finding(lines.head(2)) == "75 % of 2,000 of revenue is in the cohorts"
    assert bridge_finding(lines.head(0)) == "No revenue yet"
