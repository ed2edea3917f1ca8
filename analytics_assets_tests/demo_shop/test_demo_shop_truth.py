"""What the ground truth counts is what the files hold, counted another way."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics_assets.demo_shop import DemoShop

DEMAND = ("completed", "shipped", "delivered", "processing", "pending")
REVENUE = DEMAND[:3]


@pytest.fixture(scope="module")
def orders(tenth: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Orders with their canonical status, exact net amount and customer's registration date."""
    frame = tenth.execute(
        "select orders.*, registration_date from orders left join customers using (customer_id)"
    ).df()
    exact = tenth.execute("select total_amount, discount_percent from orders").fetchall()
    cent = Decimal("0.01")
    frame["net_amount"] = [
        (total * (1 - (discount or 0) / Decimal(100))).quantize(cent, ROUND_HALF_UP)
        for total, discount in exact
    ]
    frame["status"] = frame.order_status.str.strip().str.lower()
    return frame


def test_row_counts(tenth: duckdb.DuckDBPyConnection, tenth_truth: dict[str, Any]) -> None:
    for table, rows in tenth_truth["rows"].items():
        assert tenth.execute(f"select count(*) from {table}").fetchone() == (rows,)


def test_customer_segments(tenth: duckdb.DuckDBPyConnection, tenth_truth: dict[str, Any]) -> None:
    counted = "select customer_segment, count(*) from customers group by 1"
    assert dict(tenth.execute(counted).fetchall()) == tenth_truth["customer_segments"]


def test_statuses_and_demand(orders: pd.DataFrame, tenth_truth: dict[str, Any]) -> None:
    told = {status: rows for status, rows in tenth_truth["statuses"].items() if rows}
    assert orders.status.value_counts().to_dict() == told
    assert orders.status.isin(DEMAND).sum() == tenth_truth["demand_orders"]
    open_orders = orders[orders.status.isin(DEMAND) & ~orders.status.isin(REVENUE)]
    assert open_orders.order_date.min() >= pd.Timestamp("2025-12-28")
    assert len(open_orders) > 10


def test_revenue_and_its_exclusions_to_the_cent(
    orders: pd.DataFrame, tenth_truth: dict[str, Any]
) -> None:
    revenue = orders[orders.status.isin(REVENUE) & (orders.net_amount > 0)]
    early = revenue.order_date.dt.normalize() < revenue.registration_date
    for name, part in (
        ("all", revenue),
        ("without_customer", revenue[revenue.customer_id.isna()]),
        ("before_signup", revenue[early]),
    ):
        told = tenth_truth["revenue"][name]
        assert (len(part), part.net_amount.sum()) == (told["orders"], Decimal(told["net_amount"]))


@pytest.mark.slow
def test_the_retention_curve_pools_all_cohorts(
    tenth: duckdb.DuckDBPyConnection, orders: pd.DataFrame, tenth_truth: dict[str, Any]
) -> None:
    customers = tenth.execute("select registration_date from customers").df()
    signup = customers.registration_date.dropna().dt.to_period("M")
    active = orders[orders.status.isin(REVENUE) & orders.registration_date.notna()].copy()
    month = active.order_date.dt.to_period("M")
    active["age"] = (month - active.registration_date.dt.to_period("M")).map(lambda d: d.n)
    active = active[(active.age >= 0) & (month < pd.Period("2025-12"))]
    counts = active.groupby("age").customer_id.nunique()
    for row in tenth_truth["retention"]:
        age = row["months_since_signup"]
        assert row["customers"] == (signup + age < pd.Period("2025-12")).sum()
        assert row["active_customers"] == counts.get(age, 0)
        assert row["retention_rate"] == pytest.approx(
            counts.get(age, 0) / row["customers"], abs=1e-6
        )


@pytest.mark.parametrize("kept", [False, True], ids=["all lines", "without returned lines"])
def test_pair_counts_in_the_lookback(
    tenth: duckdb.DuckDBPyConnection, tenth_truth: dict[str, Any], kept: bool
) -> None:
    whole = """select order_item_id from returns join order_items using (order_item_id)
        group by order_item_id, order_items.quantity
        having sum(returns.quantity) >= order_items.quantity"""
    tenth.execute(
        f"""create or replace temp table baskets as
        select distinct order_id, product_id from order_items join orders using (order_id)
        where lower(trim(order_status)) in {DEMAND}
          and order_date >= date '2025-12-31' - 89
          {f"and order_item_id not in ({whole})" if kept else ""}"""
    )
    [(total,)] = tenth.execute("select count(distinct order_id) from baskets").fetchall()
    assert kept or total == tenth_truth["baskets_in_lookback"]
    single = dict(tenth.execute("select product_id, count(*) from baskets group by 1").fetchall())
    together = {
        (a, b): n
        for a, b, n in tenth.execute(
            """select x.product_id, y.product_id, count(*) from baskets x join baskets y
            on x.order_id = y.order_id and x.product_id < y.product_id group by all"""
        ).fetchall()
    }
    pairs = tenth_truth["planted_pairs"] + tenth_truth["unrelated_pairs"]
    assert len(pairs) > 40
    for pair in pairs:
        a, b = pair["product_a_id"], pair["product_b_id"]
        assert a < b
        counts = pair["without_returned_lines"] if kept else pair
        assert counts["product_a_orders"] == single[a]
        assert counts["product_b_orders"] == single[b]
        assert counts["times_bought_together"] == together.get((a, b), 0)
        assert counts["total_orders"] == total


@pytest.mark.slow
def test_prices_change_when_the_truth_says_so(shop: DemoShop) -> None:
    lines = shop.order_items.select(["order_id", "product_id", "unit_price"]).to_pandas()
    dates = shop.orders.select(["order_id", "order_date"]).to_pandas()
    lines = lines.merge(dates)
    lines["month"] = lines.order_date.dt.to_period("M")
    usual = lines.pivot_table(
        index="product_id",
        columns="month",
        values="unit_price",
        aggfunc=lambda paid: paid.mode()[0],
    )
    changes = shop.ground_truth["price_changes"]
    a_product = pd.Series([change["product_id"] for change in changes]).value_counts()
    assert len(a_product) == 61
    assert a_product.between(1, 3).all()
    for change in changes:
        month = pd.Period(change["first_month_of_new_price"])
        paid = usual.loc[change["product_id"], [month - 1, month]]
        assert list(paid) == [Decimal(change["old_price"]), Decimal(change["new_price"])]
    assert (usual.iloc[:, 1:].to_numpy() != usual.iloc[:, :-1].to_numpy()).sum() == len(changes)
    catalogue = shop.product_catalog.to_pandas().set_index("product_id").price
    assert usual.loc[catalogue.index, pd.Period("2025-12")].to_list() == catalogue.to_list()


def test_the_renamed_product_changes_its_name_in_its_month(
    tenth: duckdb.DuckDBPyConnection, tenth_truth: dict[str, Any]
) -> None:
    told = tenth_truth["renamed_product"]
    names = tenth.execute(
        """select product_name, min(order_date), max(order_date)
        from order_items join orders using (order_id) where product_id = ? group by 1""",
        [told["product_id"]],
    ).fetchall()
    spans = {name: (first, last) for name, first, last in names}
    turn = pd.Timestamp(told["first_month_of_new_name"])
    assert set(spans) == {told["old_name"], told["new_name"]}
    assert spans[told["old_name"]][1] < turn <= spans[told["new_name"]][0]
