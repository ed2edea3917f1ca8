"""A row of shop_history is what the marts say when all is built at its day."""

import datetime
import json
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd
import pytest
from materialized_shop import Shop, settings_for

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.jobs import marts_job, run_config
from analytics_assets.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]

HISTORY = dg.AssetKey("shop_history")
# The end of a month, a day within one, a day of a young shop.
DAYS = ["2025-10-31", "2025-06-15", "2023-05-02"]
MARTS = ["customer_segmentation", "daily_sales", "monthly_cohorts"]


@pytest.fixture
def settings(shop: Shop, tmp_path: Path) -> Settings:
    """A copy of the shop to fill."""
    shutil.copy(shop.settings.duckdb_path, tmp_path / shop.settings.duckdb_path.name)
    return settings_for(tmp_path)


def rows_of(settings: Settings, sql: str = "select * from analytics.shop_history") -> pd.DataFrame:
    with duckdb.connect(settings.duckdb_path, read_only=True) as connection:
        return connection.execute(sql).df()


def execute(settings: Settings, sql: str) -> None:
    with duckdb.connect(settings.duckdb_path) as connection:
        connection.execute(sql)


def one_row(settings: Settings, day: str) -> dict[str, object]:
    [row] = rows_of(
        settings, f"select * from analytics.shop_history where as_of_date = date '{day}'"
    ).to_dict("records")
    return row


def job(settings: Settings) -> dg.JobDefinition:
    return build_definitions(settings).resolve_implicit_global_asset_job_def()


def fill(settings: Settings, *days: str) -> dg.ExecuteInProcessResult:
    """Fill the days from the first to the last, or those of a run of every day."""
    asked = dict(zip(("history_from", "history_to"), days, strict=False))
    of_days = settings_for(settings.duckdb_path.parent, ANALYTICS_VARS=json.dumps(asked))
    return job(of_days).execute_in_process(
        asset_selection=[HISTORY], run_config={"loggers": {"progress": {}}}
    )


def fill_day(settings: Settings, day: str) -> dg.ExecuteInProcessResult:
    """Fill a day as a backfill of fill_history does."""
    of_days = build_definitions(settings).resolve_job_def("fill_history")
    return of_days.execute_in_process(partition_key=day)


def build_marts(settings: Settings, day: str) -> None:
    """Build what the history is compared with at a day, and whatever it needs."""
    definitions = build_definitions(settings)
    graph = definitions.resolve_asset_graph()
    needed = dg.AssetSelection.assets(*MARTS).upstream().resolve(graph)
    result = definitions.resolve_job_def(marts_job.name).execute_in_process(
        run_config={
            **run_config(datetime.date.fromisoformat(day)),
            "loggers": {"progress": {}},
        },
        asset_selection=sorted(key for key in needed if key.path[0] != "raw"),
    )
    assert result.success


@pytest.mark.parametrize("day", DAYS)
def test_the_row_of_a_day_is_what_the_marts_say_when_all_is_built_at_that_day(
    settings: Settings, day: str
):
    assert fill_day(settings, day).success
    row = one_row(settings, day)
    build_marts(settings, day)

    assert row.pop("as_of_date") == pd.Timestamp(day)
    assert row.pop("known_up_to") == pd.Timestamp("2025-12-31")
    segments = rows_of(
        settings,
        "select behavioral_segment as name, count(*) as n from analytics.customer_segmentation "
        "group by all",
    )
    statuses = rows_of(
        settings,
        "select customer_status as name, count(*) as n from analytics.customer_segmentation "
        "group by all",
    )
    [sales] = rows_of(
        settings,
        "select cast(sum(orders) as bigint) as orders_28d, sum(sales)::varchar as sales_28d, "
        "sum(net_sales)::varchar as net_sales_28d, sum(sales) / sum(orders) as "
        "avg_order_value_28d, cast(sum(new_customer_orders) as bigint) as new_buyers_28d, "
        "bool_and(is_settled) filter (order_day = as_of_date) as is_settled "
        "from analytics.daily_sales where order_day > as_of_date - 28",
    ).to_dict("records")
    cohorts = rows_of(
        settings,
        "select cohort_month, cohort_size, retention_rate as month_1_retention "
        "from analytics.monthly_cohorts where months_since_signup = 1 and is_complete "
        "order by cohort_month desc limit 1",
    ).to_dict("records")

    counts = dict(zip(segments["name"], segments["n"], strict=True))
    assert {name: row.pop(name) for name in list(row) if name.startswith("segment_")} == {
        f"segment_{name}": counts.get(name, 0)
        for name in (
            *("champions", "loyal", "potential_loyalists", "new_customers", "promising", "lost"),
            *("needs_attention", "about_to_sleep", "at_risk", "cant_lose_them", "hibernating"),
            "prospects",
        )
    }
    by_status = dict(zip(statuses["name"], statuses["n"], strict=True))
    assert row.pop("registered_customers") == sum(by_status.values())
    assert row.pop("buyers") == sum(by_status.values()) - by_status.get("never_purchased", 0)
    for status in ("active", "at_risk", "churned"):
        assert row.pop(f"{status}_customers") == by_status.get(status, 0)
    [expected] = cohorts or [dict.fromkeys(("cohort_month", "cohort_size", "month_1_retention"))]
    for name, value in {**sales, **expected}.items():
        actual = row.pop(name)
        if isinstance(value, float):
            assert actual == pytest.approx(value, rel=1e-12), name
        elif name in ("sales_28d", "net_sales_28d"):
            assert f"{actual:.2f}" == value
        else:
            assert actual == value or (value is None and pd.isna(actual)), name
    assert row == {}


def test_figures_of_28_days_and_statuses_are_those_of_pandas(settings: Settings):
    days = pd.date_range("2024-02-20", "2024-03-05")
    assert fill(settings, "2024-02-20", "2024-03-05").success
    orders = rows_of(settings, "select * from staging.stg_orders").query(
        "is_revenue and net_amount > 0"
    )
    customers = rows_of(settings, "select customer_id, signup_date from staging.stg_customers")
    returns = rows_of(settings, "select * from staging.stg_returns where is_of_a_sale")
    filled = rows_of(settings).set_index("as_of_date")

    for day in days:
        row = filled.loc[day]
        known = customers[~(customers["signup_date"] > day)]["customer_id"]
        past = orders[orders["order_day"] <= day]
        bought = past[past["customer_id"].isin(known)].groupby("customer_id")["order_day"]
        age = (day - bought.max()).dt.days
        recent = past[past["order_day"] > day - pd.Timedelta(days=28)]
        back = returns[
            returns["order_id"].isin(recent["order_id"]) & (returns["returned_day"] <= day)
        ]
        assert row["registered_customers"] == len(known)
        assert row["buyers"] == len(age)
        assert row["active_customers"] == (age <= 90).sum()
        assert row["at_risk_customers"] == age.between(91, 180).sum()
        assert row["churned_customers"] == (age > 180).sum()
        assert row["new_buyers_28d"] == ((day - bought.min()).dt.days < 28).sum()
        assert row["orders_28d"] == len(recent)
        assert round(row["sales_28d"], 2) == round(recent["net_amount"].astype(float).sum(), 2)
        net = recent["net_amount"].astype(float).sum() - back["amount"].astype(float).sum()
        assert round(row["net_sales_28d"], 2) == round(net, 2)


def test_a_range_fills_each_of_its_days_once_and_again_the_same(settings: Settings):
    asked = list(pd.date_range("2025-03-01", "2025-03-20"))
    before = set(rows_of(settings)["as_of_date"])
    assert fill(settings, "2025-03-01", "2025-03-20").success
    first = rows_of(settings).sort_values("as_of_date", ignore_index=True)

    assert list(first["as_of_date"]) == sorted(before | set(asked))

    assert fill(settings, "2025-03-04", "2025-03-08").success

    again = rows_of(settings).sort_values("as_of_date", ignore_index=True)
    pd.testing.assert_frame_equal(again, first)


def test_a_correction_changes_the_row_that_is_filled_again_and_no_other(settings: Settings):
    day = "2025-03-10"
    assert fill(settings, "2025-03-01", "2025-03-20").success
    before = rows_of(settings).set_index("as_of_date").sort_index()
    execute(
        settings,
        "update staging.stg_orders set net_amount = net_amount + 1000 where order_id = (select "
        "min(order_id) from staging.stg_orders where is_revenue and net_amount > 0 "
        f"and order_day = date '{day}')",
    )

    assert fill_day(settings, day).success

    after = rows_of(settings).set_index("as_of_date").sort_index()
    assert after.loc[day, "sales_28d"] == before.loc[day, "sales_28d"] + 1000
    others = before.index != pd.Timestamp(day)
    pd.testing.assert_frame_equal(after[others], before[others])


def test_the_first_run_fills_its_day_and_a_day_in_four_weeks_of_the_year_before(shop: Shop):
    expected = [pd.Timestamp("2025-12-31") - pd.Timedelta(days=28 * n) for n in range(15)]

    assert sorted(rows_of(shop.settings)["as_of_date"]) == sorted(expected)


def test_a_run_fills_its_day_and_what_has_settled_since_and_no_other(settings: Settings):
    good = rows_of(settings).set_index("as_of_date").sort_index()
    # A day whose orders are still open, as those of the newest one are.
    execute(
        settings,
        "insert into analytics.shop_history select * replace (date '2025-12-30' as as_of_date) "
        "from analytics.shop_history where as_of_date = date '2025-12-31'",
    )
    execute(settings, "update analytics.shop_history set orders_28d = -1")
    assert not good.loc["2025-12-31", "is_settled"]
    settled = "2025-07-16"
    execute(
        settings,
        f"update analytics.shop_history set is_settled = false where as_of_date = '{settled}'",
    )

    assert fill(settings).success

    found = rows_of(settings).set_index("as_of_date").sort_index()
    anew = found.index.isin(pd.to_datetime([settled, "2025-12-31"]))
    pd.testing.assert_frame_equal(found[anew], good.loc[found[anew].index])
    assert set(found[~anew]["orders_28d"]) == {-1}


def test_days_before_the_first_order_and_after_the_clock_get_no_row(settings: Settings):
    [first] = rows_of(
        settings,
        "select min(order_day) as day from staging.stg_orders where is_revenue and net_amount > 0",
    )["day"]
    execute(settings, "delete from analytics.shop_history")

    for days in ((-9, -3), (-3, 0)):
        early = [str((first + pd.Timedelta(days=place)).date()) for place in days]
        assert fill(settings, *early).success
    assert fill(settings, "2025-12-30", "2026-01-02").success
    assert fill_day(settings, "2026-01-05").success

    assert set(rows_of(settings)["as_of_date"]) == {
        first,
        *pd.to_datetime(["2025-12-30", "2025-12-31"]),
    }


def test_a_shop_that_replaces_the_demonstration_has_no_days_of_it(
    settings: Settings, tmp_path: Path
):
    files = tmp_path / "files"
    files.mkdir()
    (files / "orders.csv").write_text("order_id,order_date,total_amount\n1,2025-12-30,5.00\n")
    (files / "order_items.csv").write_text("order_id,product_id,quantity,unit_price\n1,a,1,5.00\n")
    execute(settings, "update raw.landings set is_demo_shop = true")
    real = settings_for(tmp_path, ANALYTICS_LANDING_DIR=str(files))

    landed = job(real).execute_in_process(
        asset_selection=sorted(
            dg.AssetSelection.groups("raw").resolve(build_definitions(real).resolve_asset_graph())
        )
    )

    assert landed.success
    tables = rows_of(real, "select table_name from information_schema.tables")["table_name"]
    assert "orders" in set(tables)
    assert "shop_history" not in set(tables)
