"""What each asset's page shows once a shop is built: the finding first, then figures and tables."""

import io
from collections.abc import Mapping
from typing import Any

import dagster as dg
import pytest
from materialized_shop import Shop
from PIL import Image

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]

PICTURES = {
    "daily_sales",
    "product_performance",
    "monthly_cohorts",
    "monthly_retention_index",
    "product_affinity",
    "customer_segmentation",
    "customer_lifetime_value",
    "daily_business_metrics",
    "customer_value_forecast",
}
MOST_PICTURE = 100 * 1024


@pytest.fixture(scope="module")
def pages(shop: Shop) -> dict[str, Mapping[str, Any]]:
    return {
        event.asset_key.path[-1]: event.step_materialization_data.materialization.metadata
        for event in shop.result.get_asset_materialization_events()
        if event.asset_key
    }


def test_the_figures_are_those_of_the_tables(shop: Shop, pages: dict[str, Mapping[str, Any]]):
    queries = {
        ("stg_orders", "revenue"): "select sum(gross_revenue) + (select sum(amount) from "
        "analytics.revenue_bridge where line = 'without_known_customer') "
        "from analytics.customer_lifetime_value",
        ("daily_business_metrics", "revenue_last_28_settled_days"): "select sum(net_revenue) from "
        "realtime.daily_business_metrics where is_settled and order_day > (select max(order_day) "
        "- 28 from realtime.daily_business_metrics where is_settled)",
        ("customer_lifetime_value", "active_customers"): "select count(*) from "
        "analytics.customer_segmentation where customer_status = 'active'",
        ("customer_segmentation", "customers_slipping_away"): "select count(*) from "
        "analytics.customer_segmentation where behavioral_segment similar to "
        "'at_risk|cant_lose_them|about_to_sleep'",
        ("segment_migration", "customers_moved"): "select sum(customers) from "
        "analytics.segment_migration where segment_before <> segment_now "
        "and segment_before <> 'not_yet_customer'",
        ("product_affinity", "related_pairs"): "select count(*) from "
        "analytics.product_affinity where q_value <= 0.05 and adjusted_lift_lower_bound > 1.2",
        ("product_recommendations", "affinity_share"): "select count(*) filter "
        "(recommendation_basis = 'affinity') / count(*) from analytics.product_recommendations",
        ("orders", "rows_quarantined"): "select count(*) from raw.quarantined_rows "
        "where table_name = 'orders'",
        ("monthly_cohorts", "month_1_retention"): "select sum(active_customers) / sum(cohort_size) "
        "from analytics.monthly_cohorts where is_complete and months_since_signup = 1 and "
        "last_day(cohort_month + interval 1 month) <= "
        "(select max(order_day) from analytics.daily_sales where is_settled)",
    }
    for (name, figure), query in queries.items():
        [(expected,)] = shop.rows(query)
        assert pages[name][figure].value == pytest.approx(float(str(expected))), (name, figure)
    assert pages["revenue_bridge"]["unexplained"].value == 0


def test_a_page_with_a_picture_begins_with_its_finding_and_keeps_the_file(
    shop: Shop, pages: dict[str, Mapping[str, Any]]
):
    folder = shop.settings.data_dir / "pictures"
    with_picture = {name for name, page in pages.items() if "picture" in page}
    assert with_picture >= PICTURES
    assert {path.stem for path in folder.iterdir()} == with_picture
    for name in with_picture:
        assert list(pages[name])[:2] == ["finding", "picture"], name
        assert len(pages[name]["finding"].value) > 10, name
        shown = pages[name]["picture"].value
        assert shown.startswith(f"![{name}](data:image/png;base64,"), shown[:200]
        assert len(shown) <= MOST_PICTURE, name
        assert Image.open(io.BytesIO((folder / f"{name}.png").read_bytes())).width == 900


def test_a_dbt_model_shows_which_columns_its_columns_are_made_from(
    pages: dict[str, Mapping[str, Any]],
):
    lineage = pages["customer_lifetime_value"]["dagster/column_lineage"].lineage
    assert (
        dg.TableColumnDep(dg.AssetKey("stg_customers"), "signup_date")
        in (lineage.deps_by_column["signup_date"])
    )
    traced = [name for name, page in pages.items() if "dagster/column_lineage" in page]
    assert len(traced) >= 10
