"""What the page of each dbt model shows beside its rows: aggregates, a short table, a picture."""

import datetime
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics_assets.defs.customers.chart_segments import segment_bars, segments_figure
from analytics_assets.defs.customers.chart_value import BINS_PER_DECADE, customer_value_figure
from analytics_assets.defs.realtime.chart import (
    AVERAGE_DAYS,
    daily_revenue_figure,
    revenue_days,
)
from analytics_assets.lib.charts.canvas import percent
from analytics_assets.lib.charts.figures import known
from analytics_assets.lib.charts.picture import picture
from analytics_assets.lib.charts.tables import table
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.variables import Variables


@dataclass(frozen=True)
class Scene:
    """What a page is made from: an open session, the run's clock and variables, and the way out."""

    session: Session
    as_of_date: datetime.date | None
    variables: Variables
    folder: Path | None
    log: logging.Logger


@dataclass(frozen=True)
class Page:
    """Of one model.

    Attributes:
        figures: name -> aggregate over the model; a layer's are asked for in one statement.
        show: returns the tables and pictures, from at most one query more.
    """

    figures: Mapping[str, str] = field(default_factory=dict)
    show: Callable[[Scene], Mapping[str, Any]] | None = None


_REVENUE = "sum(case when is_revenue and net_amount > 0 then net_amount end)"
_REVENUE_ORDERS = "sum(case when is_revenue and net_amount > 0 then 1 else 0 end)"


def _segments(scene: Scene) -> dict[str, Any]:
    segments = scene.session.read(
        "select behavioral_segment, segment_priority, recommended_action, count(*) as customers, "
        "sum(total_revenue) as revenue from analytics.customer_segmentation "
        "group by behavioral_segment, segment_priority, recommended_action"
    )
    bars = segment_bars(segments).merge(segments[["behavioral_segment", "recommended_action"]])
    for share in ("customer_share", "revenue_share"):
        bars[share] = bars[share].map(percent, na_action="ignore")
    date = scene.as_of_date
    return {
        "segments": table(bars, rows=len(bars)),
        "picture": picture(
            "customer_segmentation",
            lambda: segments_figure(segments, date),
            scene.folder,
            scene.log,
        ),
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
    return {
        "value_tiers": table(tiers.sort_values("revenue", ascending=False)),
        "picture": picture(
            "customer_lifetime_value",
            lambda: customer_value_figure(bins, threshold, scene.as_of_date),
            scene.folder,
            scene.log,
        ),
    }


def _daily_revenue(scene: Scene) -> dict[str, Any]:
    daily = scene.session.read("select order_day, net_revenue from realtime.daily_business_metrics")
    days = revenue_days(daily, AVERAGE_DAYS)
    return {
        **known({"revenue_last_28_days": round(float(days["net_revenue"].sum()), 2)}),
        "picture": picture(
            "daily_business_metrics",
            lambda: daily_revenue_figure(daily),
            scene.folder,
            scene.log,
        ),
    }


def _recommendations(scene: Scene) -> dict[str, Any]:
    best = scene.session.read(
        "select coalesce(source_product_name, source_product_id) as product, "
        "coalesce(recommended_product_name, recommended_product_id) as companion, "
        "recommendation_message as reason from analytics.product_recommendations "
        "order by case when recommendation_basis = 'affinity' then 0 else 1 end, "
        "score desc nulls last, source_product_id, recommended_product_id limit 10"
    )
    return {"top_recommendations": table(best)}


def _migration(scene: Scene) -> dict[str, Any]:
    moves = scene.session.read(
        "select segment_before, segment_now, customers, revenue_now "
        "from analytics.segment_migration where segment_before <> segment_now "
        "order by customers desc nulls last, segment_before, segment_now limit 10"
    )
    return {"largest_moves": table(moves)}


PAGES: Mapping[str, Page] = {
    "staging.stg_customers": Page(
        {"without_signup_date": "sum(case when signup_date is null then 1 else 0 end)"}
    ),
    "staging.stg_products": Page(
        {"without_price": "sum(case when price is null then 1 else 0 end)"}
    ),
    "staging.stg_orders": Page(
        {
            "revenue": _REVENUE,
            "revenue_orders": _REVENUE_ORDERS,
            "customers": "count(distinct customer_id)",
        }
    ),
    "staging.stg_order_items": Page(
        {"pieces": "sum(quantity)", "products": "count(distinct product_id)"}
    ),
    "realtime.enriched_orders": Page(
        {"newest_event": "max(order_date)", "revenue": _REVENUE, "revenue_orders": _REVENUE_ORDERS}
    ),
    "realtime.fact_orders": Page(
        {
            "newest_event": "max(order_date)",
            "revenue": _REVENUE,
            "order_lines": "sum(items_per_order)",
        }
    ),
    "realtime.daily_business_metrics": Page(
        {
            "newest_event": "cast(max(order_day) as varchar)",
            "revenue": "sum(net_revenue)",
            "orders": "sum(orders)",
        },
        _daily_revenue,
    ),
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
    "analytics.revenue_bridge": Page(
        {
            "revenue": "sum(case when line = 'raw_revenue_orders' then amount end)",
            "revenue_in_cohorts": "sum(case when line = 'in_cohorts' then amount end)",
            "unexplained": "sum(case when line = 'unexplained' then amount end)",
        }
    ),
    "analytics.product_recommendations": Page(
        {
            "products_with_recommendations": "count(distinct source_product_id)",
            "affinity_share": "sum(case when recommendation_basis = 'affinity' then 1 else 0 end)"
            " / cast(nullif(count(*), 0) as double)",
        },
        _recommendations,
    ),
}
