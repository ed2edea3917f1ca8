"""What each asset's page shows once a shop is built: fresh, right, what changed, what to do."""

import io
from collections.abc import Mapping
from typing import Any

import dagster as dg
import pytest
from materialized_shop import Shop
from PIL import Image

from analytics_assets.definitions import build_definitions

pytestmark = pytest.mark.slow

RAW = {"customers", "orders", "order_items", "product_catalog", "quarantined_rows"}
SEEDS = {"order_statuses", "rfm_segments"}
LIVE = {"enriched_orders", "fact_orders", "daily_business_metrics"}
PICTURES = {
    "monthly_cohorts",
    "monthly_retention_index",
    "product_affinity",
    "customer_segmentation",
    "customer_lifetime_value",
    "daily_business_metrics",
    "customer_value_forecast",
}
TABLES = {
    "monthly_cohorts": "retention_of_the_newest_cohorts",
    "monthly_retention_index": "newest_months",
    "product_affinity": "strongest_pairs",
    "product_recommendations": "top_recommendations",
    "customer_segmentation": "segments",
    "customer_lifetime_value": "value_tiers",
    "customer_value_forecast": "best_customers",
    "segment_migration": "largest_moves",
    "recommendation_scorecard": "rates",
}
SERIES = {
    "orders": {"rows_read", "rows_quarantined", "quarantined_share"},
    "stg_orders": {"revenue", "revenue_orders", "customers"},
    "daily_business_metrics": {"revenue", "orders", "revenue_last_28_days"},
    "customer_lifetime_value": {"revenue", "active_customers", "high_value_customers"},
    "customer_segmentation": {"revenue", "active_customers", "customers_slipping_away"},
    "segment_migration": {"customers_moved", "new_customers"},
    "revenue_bridge": {"revenue", "revenue_in_cohorts", "unexplained"},
    "product_affinity": {"baskets", "related_pairs", "related_share", "size_artifacts"},
    "product_recommendations": {"products_with_recommendations", "affinity_share"},
    "monthly_cohorts": {"cohorts", "active_customers", "month_revenue", "month_1_retention"},
    "monthly_retention_index": {"months_measured", "newest_index"},
    "recommendation_scorecard": {"hit_rate_at_5", "ratio_to_best_sellers_at_5"},
    "customer_value_forecast": {"active_customers"},
}
MOST_METADATA = 150 * 1024
MOST_PICTURE = 100 * 1024


@pytest.fixture(scope="module")
def pages(shop: Shop) -> dict[str, Mapping[str, Any]]:
    return {
        event.asset_key.path[-1]: event.step_materialization_data.materialization.metadata
        for event in shop.result.get_asset_materialization_events()
        if event.asset_key
    }


def test_every_page_tells_rows_and_seconds(shop: Shop, pages: dict[str, Mapping[str, Any]]):
    assets = build_definitions(shop.settings).resolve_asset_graph().get_all_asset_keys()
    assert set(pages) == {key.path[-1] for key in assets}
    for name, page in pages.items():
        assert isinstance(page["dagster/row_count"].value, int), name
        assert 0 <= page["duration_seconds"].value < 600, name


def test_every_page_tells_the_clock_and_the_newest_event(
    shop: Shop, pages: dict[str, Mapping[str, Any]]
):
    [(as_of_date, newest, live)] = shop.rows(
        "select cast(as_of_date as varchar), "
        "(select cast(max(order_day) as varchar) from staging.stg_orders), "
        "(select cast(max(order_date) as varchar) from realtime.enriched_orders) "
        "from staging.stg_clock"
    )
    for name, page in pages.items():
        if name in SEEDS:
            assert "as_of_date" not in page
            continue
        # Raw tables and the live tier know no as_of_date.
        assert ("as_of_date" in page) is (name not in RAW | LIVE), name
        if "as_of_date" in page:
            assert page["as_of_date"].value == as_of_date, name
        at_a_moment = name in RAW | LIVE - {"daily_business_metrics"}
        expected = live if at_a_moment else newest
        assert page["newest_event"].value == expected, name


def test_the_series_are_numbers(pages: dict[str, Mapping[str, Any]]):
    for name, series in SERIES.items():
        for figure in series:
            assert isinstance(pages[name][figure].value, int | float), (name, figure)


def test_the_figures_are_those_of_the_tables(shop: Shop, pages: dict[str, Mapping[str, Any]]):
    queries = {
        ("stg_orders", "revenue"): "select sum(total_revenue) + (select sum(amount) from "
        "analytics.revenue_bridge where line = 'without_known_customer') "
        "from analytics.customer_lifetime_value",
        ("daily_business_metrics", "revenue_last_28_days"): "select sum(net_revenue) from "
        "realtime.daily_business_metrics where order_day > (select max(order_day) - 28 from "
        "realtime.daily_business_metrics)",
        ("customer_lifetime_value", "active_customers"): "select count(*) from "
        "analytics.customer_segmentation where customer_status = 'active'",
        ("customer_segmentation", "customers_slipping_away"): "select count(*) from "
        "analytics.customer_segmentation where behavioral_segment similar to "
        "'at_risk|cant_lose_them|about_to_sleep'",
        ("segment_migration", "customers_moved"): "select sum(customers) from "
        "analytics.segment_migration where segment_before <> segment_now "
        "and segment_before <> 'not_yet_customer'",
        ("product_affinity", "related_pairs"): "select count(*) from "
        "analytics.product_affinity where affinity_strength <> 'very_weak'",
        ("product_recommendations", "affinity_share"): "select count(*) filter "
        "(recommendation_basis = 'affinity') / count(*) from analytics.product_recommendations",
        ("orders", "rows_quarantined"): "select count(*) from raw.quarantined_rows "
        "where table_name = 'orders'",
        ("monthly_cohorts", "month_1_retention"): "select sum(active_customers) / sum(cohort_size) "
        "from analytics.monthly_cohorts where is_complete and months_since_signup = 1",
    }
    for (name, figure), query in queries.items():
        [(expected,)] = shop.rows(query)
        assert pages[name][figure].value == pytest.approx(float(str(expected))), (name, figure)
    assert pages["revenue_bridge"]["unexplained"].value == 0


def test_the_tables_have_rows(pages: dict[str, Mapping[str, Any]]):
    for name, table in TABLES.items():
        lines = pages[name][table].value.splitlines()
        assert 3 <= len(lines) <= 15, name
        assert set(lines[1]) == {"|", "-", " "}, name
        assert len({line.replace("\\|", "").count("|") for line in lines}) == 1, name


def test_the_pictures_are_drawn_and_stand_beside_the_database(
    shop: Shop, pages: dict[str, Mapping[str, Any]]
):
    folder = shop.settings.data_dir / "pictures"
    assert {path.name for path in folder.iterdir()} == {f"{name}.png" for name in PICTURES}
    assert {name for name, page in pages.items() if "picture" in page} == PICTURES
    for name in PICTURES:
        shown = pages[name]["picture"].value
        assert shown.startswith(f"![{name}](data:image/png;base64,"), shown[:200]
        assert len(shown) <= MOST_PICTURE, name
        image = Image.open(io.BytesIO((folder / f"{name}.png").read_bytes()))
        assert image.width == 900


def test_no_materialization_carries_too_much(shop: Shop):
    for event in shop.result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        assert len(dg.serialize_value(materialization)) < MOST_METADATA, materialization.asset_key
