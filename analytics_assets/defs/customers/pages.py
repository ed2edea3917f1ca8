"""What the pages of the customers' tables show."""

from typing import Any

from analytics_assets.defs.customers.chart_segments import segment_bars, segments_figure
from analytics_assets.defs.customers.chart_value import BINS_PER_DECADE, customer_value_figure
from analytics_assets.lib.charts.canvas import percent
from analytics_assets.lib.charts.page import Page, Scene, picture, table
from analytics_assets.lib.warehouse.clock import read_clock


def _segments(scene: Scene) -> dict[str, Any]:
    segments = scene.session.read(
        "select behavioral_segment, segment_priority, recommended_action, count(*) as customers, "
        "sum(total_revenue) as revenue from analytics.customer_segmentation "
        "group by behavioral_segment, segment_priority, recommended_action"
    )
    bars = segment_bars(segments).merge(segments[["behavioral_segment", "recommended_action"]])
    for share in ("customer_share", "revenue_share"):
        bars[share] = bars[share].map(percent, na_action="ignore")
    date = read_clock(scene.session)
    return {
        **picture(
            "customer_segmentation",
            lambda: segments_figure(segments, date),
            scene.folder,
            scene.log,
        ),
        "segments": table(bars, rows=len(bars)),
    }


def _customer_value(scene: Scene) -> dict[str, Any]:
    bins = scene.session.read(
        f"""
        select value_tier, value_bin, count(*) as customers, sum(total_revenue) as revenue
        from (
            select
                value_tier,
                total_revenue,
                case
                    when total_revenue > 0
                    then cast(
                        floor({BINS_PER_DECADE} * ln(cast(total_revenue as double)) / ln(10.0))
                        as integer
                    )
                end as value_bin
            from analytics.customer_lifetime_value
        ) as binned
        group by value_tier, value_bin
        """
    )
    tiers = bins.groupby("value_tier", as_index=False)[["customers", "revenue"]].sum()
    threshold = scene.variables.high_value_threshold
    date = read_clock(scene.session)
    return {
        **picture(
            "customer_lifetime_value",
            lambda: customer_value_figure(bins, threshold, date),
            scene.folder,
            scene.log,
        ),
        "value_tiers": table(tiers.sort_values("revenue", ascending=False)),
    }


def _migration(scene: Scene) -> dict[str, Any]:
    moves = scene.session.read(
        "select segment_before, segment_now, customers, revenue_now "
        "from analytics.segment_migration where segment_before <> segment_now "
        "order by customers desc nulls last, segment_before, segment_now limit 10"
    )
    return {"largest_moves": table(moves)}


PAGES = {
    "analytics.customer_lifetime_value": Page(
        {
            "revenue": "sum(total_revenue)",
            "active_customers": "sum(case when customer_status = 'active' then 1 else 0 end)",
            "high_value_customers": "sum(case when value_tier = 'high' then 1 else 0 end)",
        },
        _customer_value,
    ),
    "analytics.customer_segmentation": Page(
        {
            "revenue": "sum(total_revenue)",
            "active_customers": "sum(case when customer_status = 'active' then 1 else 0 end)",
            "customers_slipping_away": "sum(case when behavioral_segment in "
            "('at_risk', 'cant_lose_them', 'about_to_sleep') then 1 else 0 end)",
        },
        _segments,
    ),
    "analytics.segment_migration": Page(
        {
            "customers_moved": "sum(case when segment_before not in (segment_now, "
            "'not_yet_customer') then customers else 0 end)",
            "new_customers": "sum(case when segment_before = 'not_yet_customer' then customers "
            "else 0 end)",
        },
        _migration,
    ),
}
