"""What the pages of the customers' tables show."""

from typing import Any

import pandas as pd

from analytics_assets.defs.customers.chart_segments import segment_bars, segments_figure
from analytics_assets.defs.customers.chart_value import customer_value_figure, value_bin
from analytics_assets.lib.charts.canvas import percent
from analytics_assets.lib.charts.page import Page, Scene, picture, table
from analytics_assets.lib.warehouse.clock import read_clock


def _segments(scene: Scene) -> dict[str, Any]:
    segments = scene.session.read(
        "select behavioral_segment, segment_priority, recommended_action, count(*) as customers, "
        "sum(total_revenue) as revenue from analytics.customer_segmentation "
        "group by behavioral_segment, segment_priority, recommended_action"
    )
    bars = segment_bars(segments)
    actions = bars[["behavioral_segment"]].merge(
        segments[["behavioral_segment", "recommended_action"]]
    )
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
        # Two tables: the UI folds one of more than 1,000 characters away.
        "segments": table(bars, rows=len(bars)),
        "what_to_do": table(actions, rows=len(actions)),
    }


def _customer_value(scene: Scene) -> dict[str, Any]:
    bins = scene.session.read(
        f"""
        select value_tier, value_bin, count(*) as customers, sum(total_revenue) as revenue
        from (
            select
                value_tier,
                total_revenue,
                case when total_revenue > 0 then {value_bin("total_revenue")} end as value_bin
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
        "from analytics.segment_migration "
        "order by customers desc nulls last, segment_before, segment_now"
    )
    stayed = segments_that_stayed(moves)
    moved = moves[moves["segment_before"] != moves["segment_now"]]
    return {
        "finding": migration_finding(stayed),
        "stayed": table(stayed.assign(share=stayed["share"].map(percent)), rows=12),
        "largest_moves": table(moved),
    }


def segments_that_stayed(moves: pd.DataFrame) -> pd.DataFrame:
    """Return how stable each segment was within the month, the largest first.

    Args:
        moves: segment_before, segment_now, customers.

    Returns:
        segment, customers (in it a month before), stayed, share (0 to 1). Who was not a customer
        yet, or had not bought, is left out: only an order moves a prospect.
    """
    bought = moves[~moves["segment_before"].isin(["not_yet_customer", "prospects"])]
    stayed = bought["customers"].where(bought["segment_before"] == bought["segment_now"], 0)
    counted = (
        bought.assign(stayed=stayed)
        .groupby("segment_before", as_index=False)[["customers", "stayed"]]
        .sum()
        .rename(columns={"segment_before": "segment"})
        .sort_values(["customers", "segment"], ascending=[False, True], ignore_index=True)
    )
    return counted.assign(share=counted["stayed"] / counted["customers"])


def migration_finding(stayed: pd.DataFrame) -> str:
    """Return how many kept their segment, and how many of the champions."""
    if stayed.empty:
        return "Nobody had bought a month ago"
    share = stayed["stayed"].sum() / stayed["customers"].sum()
    finding = f"{percent(share)} of buyers are in the segment of a month ago"
    champions = stayed[stayed["segment"] == "champions"]
    if champions.empty:
        return finding
    return f"{finding}, of the champions {percent(champions['share'].iloc[0])}"


PAGES = {
    "analytics.customer_lifetime_value": Page(
        {
            "revenue": "sum(total_revenue)",
            "returned": "sum(returned_amount)",
            "customers_who_sent_everything_back": (
                "sum(case when value_tier = 'none_after_returns' then 1 else 0 end)"
            ),
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
