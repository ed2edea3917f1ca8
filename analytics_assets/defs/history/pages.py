"""What the page of the history shows."""

from typing import Any

from analytics_assets.defs.history.chart import COLUMNS, history_figure
from analytics_assets.lib.charts.page import Page, Scene, picture, table

_NEWEST = 7


def _history(scene: Scene) -> dict[str, Any]:
    history = scene.session.read(f"select {', '.join(COLUMNS)} from analytics.shop_history")
    newest = scene.session.read(
        "select as_of_date, active_customers, new_buyers_28d, orders_28d, net_sales_28d, "
        "month_1_retention, is_settled from analytics.shop_history "
        f"order by as_of_date desc nulls last limit {_NEWEST}"
    )
    return {
        **picture("shop_history", lambda: history_figure(history), scene.folder, scene.log),
        "newest_days": table(newest, _NEWEST),
    }


PAGES = {
    "analytics.shop_history": Page(
        {
            "first_day": "cast(min(as_of_date) as varchar)",
            "last_day": "cast(max(as_of_date) as varchar)",
        },
        _history,
    )
}
