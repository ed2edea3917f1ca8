"""A real shop with every quirk of a real shop, through the whole graph, with nothing lost."""

from decimal import Decimal

import duckdb
import pytest
from materialized_shop import Shop, run_job, settings_for

from analytics_assets.settings import PROJECT_ROOT

FILES = PROJECT_ROOT.parent / "shared" / "data" / "online_retail_ii"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("online_retail"),
    pytest.mark.skipif(
        not FILES.is_dir(),
        reason="Online Retail II is not beside the checkout: the real shop is NOT tested here",
    ),
]


@pytest.fixture(scope="module")
def real_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    settings = settings_for(
        tmp_path_factory.mktemp("online_retail"),
        ANALYTICS_LANDING_DIR=str(FILES),
        ANALYTICS_VARS="{as_of_date: 2011-12-09, lookback_days: 400, cohort_basis: first_order}",
    )
    return Shop(settings, run_job(settings))


def from_files(sql: str) -> list[tuple[object, ...]]:
    """Run a query over the files themselves, which shares nothing with the pipeline."""
    for table in ("orders", "order_items", "customers", "product_catalog"):
        sql = sql.replace(f"{{{table}}}", f"'{FILES / table}.parquet'")
    return duckdb.sql(sql).fetchall()


def test_it_comes_through_with_warnings_only(real_shop: Shop):
    assert real_shop.result.success
    failed = {
        check.check_name
        for check in real_shop.result.get_asset_check_evaluations()
        if not check.passed and check.blocking
    }
    assert failed == set()


@pytest.mark.parametrize("table", ["orders", "order_items", "customers", "product_catalog"])
def test_every_row_landed_or_is_quarantined(real_shop: Shop, table: str):
    [(in_file,)] = from_files(f"select count(*) from {{{table}}}")
    [(landed,)] = real_shop.rows(f"select count(*) from raw.{table}")
    [(quarantined,)] = real_shop.rows(
        f"select count(*) from raw.quarantined_rows where table_name = '{table}'"
    )

    assert landed + quarantined == in_file


def test_revenue_is_that_of_the_files_to_the_cent(real_shop: Shop):
    [(in_files,)] = from_files(
        "select sum(total_amount) from {orders} "
        "where order_status = 'Completed' and total_amount > 0"
    )
    [(of_known_customers,)] = from_files(
        "select sum(total_amount) from {orders} where order_status = 'Completed' "
        "and total_amount > 0 and customer_id is not null"
    )

    assert real_shop.rows("select sum(net_revenue) from realtime.daily_business_metrics") == [
        (in_files,)
    ]
    for query in (
        "select sum(total_revenue) from analytics.customer_lifetime_value",
        "select sum(cohort_revenue) from analytics.monthly_cohorts",
    ):
        assert real_shop.rows(query) == [(of_known_customers,)]
    assert Decimal(str(in_files)) > Decimal(str(of_known_customers))


def test_codes_that_differ_by_case_only_stay_apart(real_shop: Shop):
    expected = from_files(
        "select count(distinct trim(product_id)) from {order_items} where trim(product_id) <> ''"
    )

    assert (
        real_shop.rows("select count(distinct product_id) from staging.stg_order_items") == expected
    )
    assert real_shop.rows(
        "select count(*) from (select lower(product_id) from staging.stg_products "
        "group by 1 having count(*) > 1)"
    ) == from_files(
        "select count(*) from (select lower(trim(product_id)) from {product_catalog} "
        "group by 1 having count(distinct trim(product_id)) > 1)"
    )


def test_the_lines_are_neither_lost_nor_multiplied(real_shop: Shop):
    assert real_shop.rows("select count(*) from staging.stg_order_items") == from_files(
        "select count(*) from {order_items} where order_id in (select order_id from {orders})"
    )


def test_baskets_and_pairs_are_those_measured_before(real_shop: Shop):
    [(baskets, pairs, related)] = real_shop.rows(
        "select max(total_orders), count(*), count(*) filter (affinity_strength <> 'very_weak') "
        "from analytics.product_affinity"
    )

    assert baskets == 23_185
    assert pairs == pytest.approx(1_700_000, rel=0.02)
    assert related / pairs == pytest.approx(0.0134, abs=0.0002)


def test_no_month_after_the_partial_last_one_and_that_one_is_flagged(real_shop: Shop):
    assert (
        real_shop.rows(
            "select max(cast(cohort_month + to_months(months_since_signup) as date)) "
            "from analytics.monthly_cohorts"
        )
        == duckdb.sql("select date '2011-12-01'").fetchall()
    )
    assert real_shop.rows(
        "select distinct is_complete from analytics.monthly_cohorts "
        "where cast(cohort_month + to_months(months_since_signup) as date) = date '2011-12-01'"
    ) == [(False,)]
