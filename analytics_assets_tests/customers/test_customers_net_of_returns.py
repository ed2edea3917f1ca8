"""What customers of the demonstration shop are worth, from its files by pandas in whole cents."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from materialized_shop import Shop

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]

LAST_DAY = pd.Timestamp("2025-12-31")
REVENUE = ("completed", "shipped", "delivered")


def table(shop: Shop, name: str) -> pd.DataFrame:
    with duckdb.connect(shop.settings.duckdb_path) as connection:
        return connection.execute(f"from analytics.{name}").df().set_index("customer_id")


def cents(column: pd.Series) -> pd.Series:
    return (column.astype(float) * 100).round().astype("int64")


def worth(shop: Shop, day: pd.Timestamp) -> pd.DataFrame:
    """Return gross, returned and last year's net, in cents, and orders of every buyer by a day."""
    orders = pd.read_parquet(shop.files / "orders.parquet")
    orders["day"] = orders["order_date"].dt.normalize()
    share = 10_000 - (orders["discount_percent"].astype(float).fillna(0) * 100).round().astype(int)
    # Half cents go up, in whole numbers.
    orders["net"] = (cents(orders["total_amount"]) * share + 5_000) // 10_000
    is_revenue = orders["order_status"].str.strip().str.lower().isin(REVENUE)
    orders = orders[is_revenue & (orders["net"] > 0) & (orders["day"] <= day)]
    returns = pd.read_parquet(shop.files / "returns.parquet")
    returns = returns[returns["returned_at"].dt.normalize() <= day]
    back = cents(returns["amount"]).groupby(returns["order_id"]).sum()
    orders["back"] = orders["order_id"].map(back).fillna(0).astype("int64")
    in_year = orders[orders["day"] > day - pd.Timedelta(days=365)]
    found = orders.groupby("customer_id").agg(
        orders=("net", "size"), gross=("net", "sum"), returned=("back", "sum")
    )
    of_year = (in_year["net"] - in_year["back"]).groupby(in_year["customer_id"]).sum()
    return found.assign(year=of_year.reindex(found.index, fill_value=0))


def test_every_customer_is_worth_what_was_kept(shop: Shop):
    found, expected = table(shop, "customer_lifetime_value"), worth(shop, LAST_DAY)
    net = expected["gross"] - expected["returned"]
    buyers = found[found["total_orders"] > 0].loc[expected.index]

    assert (found["total_orders"] > 0).sum() == len(expected)
    for column, amount in {
        "total_orders": 100 * expected["orders"],
        "gross_revenue": expected["gross"],
        "returned_amount": expected["returned"],
        "total_revenue": net,
        "estimated_annual_value": expected["year"],
    }.items():
        assert cents(buyers[column]).tolist() == amount.tolist(), column
    assert buyers["return_rate"].to_numpy() == pytest.approx(
        (expected["returned"] / expected["gross"]).to_numpy()
    )
    tier = np.select([net >= 100_000, net >= 50_000, net > 0], ["high", "medium", "low"], "")
    tier = np.where(tier == "", "none_after_returns", tier)
    assert buyers["value_tier"].tolist() == tier.tolist()
    rank = net.rank(method="min").astype(int)
    assert buyers["monetary_score"].tolist() == (1 + 5 * (rank - 1) // len(net)).tolist()
    assert found.drop(expected.index)["value_tier"].unique().tolist() == ["none"]


def test_a_month_before_is_worth_what_was_known_then(shop: Shop):
    expected = worth(shop, LAST_DAY - pd.DateOffset(months=1))
    before = shop.rows(
        "select sum(revenue_before) from analytics.segment_migration "
        "where segment_before <> 'not_yet_customer'"
    )
    registered = set(
        table(shop, "customer_lifetime_value")
        .query("signup_date <= '2025-11-30' or signup_date.isna()")
        .index
    )
    kept = expected[expected.index.isin(registered)]

    assert before[0][0] * 100 == int((kept["gross"] - kept["returned"]).sum())


def test_the_months_of_a_customer_add_up_to_its_worth(shop: Shop):
    assert shop.rows(
        "select customer_id, sum(gross_revenue), sum(returned_amount), sum(total_revenue) "
        "from analytics.customer_months inner join staging.stg_customers using (customer_id) "
        "group by customer_id order by 1"
    ) == shop.rows(
        "select customer_id, gross_revenue, returned_amount, total_revenue "
        "from analytics.customer_lifetime_value where total_orders > 0 order by 1"
    )


def test_cohorts_hold_all_returns_but_those_of_orders_outside(shop: Shop):
    whole, guests, before = (
        round(100 * float(shop.truth["revenue"][whose]["returned_amount"]))
        for whose in ("all", "without_customer", "before_signup")
    )
    [(found, last)] = shop.rows(
        "select cast(100 * sum(cohort_returns) as bigint), cast(100 * sum(cumulative_revenue) "
        "filter (cohort_month + to_months(months_since_signup) = date '2025-12-01') as bigint) "
        "from analytics.monthly_cohorts"
    )

    assert found == whole - guests - before
    assert (
        last
        == shop.rows("select 100 * sum(cohort_net_revenue) from analytics.monthly_cohorts")[0][0]
    )


def test_the_serial_returner_is_not_among_the_best(shop: Shop):
    planted = shop.truth["returns"]["serial_returner"]
    found = table(shop, "customer_lifetime_value")
    who = found.loc[planted["customer_id"]]
    segment = table(shop, "customer_segmentation").loc[planted["customer_id"], "behavioral_segment"]

    assert str(who["gross_revenue"]) == planted["net_amount"]
    assert str(who["returned_amount"]) == planted["returned_amount"]
    assert who["gross_revenue"] in found["gross_revenue"].nlargest(10).to_list()
    assert who["total_revenue"] < found["total_revenue"].quantile(0.95)
    assert who["value_tier"] == "low"
    assert segment not in {"champions", "cant_lose_them"}
