"""What the pages of the realtime tables show."""

from typing import Any

from analytics_assets.defs.realtime.chart import AVERAGE_DAYS, daily_revenue_figure, revenue_days
from analytics_assets.defs.staging.pages import REVENUE_FIGURES
from analytics_assets.lib.charts.page import Page, Scene, figures, picture

_NEWEST_ORDER = {"newest_event": "max(order_date)"}


def _daily_revenue(scene: Scene) -> dict[str, Any]:
    daily = scene.session.read(
        "select order_day, net_revenue, is_settled from realtime.daily_business_metrics"
    )
    days = revenue_days(daily)
    settled = days[days["is_settled"].astype(bool)]
    last = settled["net_revenue"].tail(AVERAGE_DAYS)
    return {
        **picture(
            "daily_business_metrics",
            lambda: daily_revenue_figure(daily),
            scene.folder,
            scene.log,
        ),
        **figures(
            {
                "last_settled_day": None if settled.empty else settled["order_day"].iloc[-1].date(),
                "revenue_last_28_settled_days": round(float(last.sum()), 2),
            }
        ),
    }


PAGES = {
    "realtime.enriched_orders": Page({**_NEWEST_ORDER, **REVENUE_FIGURES}),
    "realtime.fact_orders": Page(
        {
            **_NEWEST_ORDER,
            "revenue": REVENUE_FIGURES["revenue"],
            "order_lines": "sum(items_per_order)",
        }
    ),
    "realtime.daily_business_metrics": Page(
        {
            "newest_event": "cast(max(order_day) as varchar)",
            "revenue": "sum(net_revenue)",
            "orders": "sum(orders)",
            "open_orders": "sum(open_orders)",
            "open_amount": "sum(open_amount)",
        },
        _daily_revenue,
    ),
}
