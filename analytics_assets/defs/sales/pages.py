"""What the pages of the sales tables show."""

from typing import Any

import pandas as pd

from analytics_assets.defs.sales.chart import AVERAGE_DAYS, COLUMNS, sales_days, sales_figure
from analytics_assets.lib.charts.canvas import percent
from analytics_assets.lib.charts.page import Page, Scene, figures, picture, table


def _daily_sales(scene: Scene) -> dict[str, Any]:
    daily = scene.session.read(
        f"select {', '.join(COLUMNS)}, is_settled from analytics.daily_sales"
    )
    settled = sales_days(daily).query("is_settled")
    last = settled["sales"].tail(AVERAGE_DAYS)
    return {
        **picture("daily_sales", lambda: sales_figure(daily), scene.folder, scene.log),
        **figures(
            {
                "last_settled_day": None if settled.empty else settled.index[-1].date(),
                "sales_last_28_settled_days": round(float(last.sum()), 2),
            }
        ),
    }


def _reasons(scene: Scene) -> dict[str, Any]:
    reasons = scene.session.read(
        "select reason, part_of, orders, amount, share_of_amount "
        "from analytics.orders_accounted_for where orders > 0 "
        "order by part_of, amount desc nulls last, reason"
    )
    return {"reasons": table(reasons, len(reasons))}


def _bridge(scene: Scene) -> dict[str, Any]:
    lines = scene.session.read(
        "select line, part_of, sum(orders) as orders, sum(amount) as amount "
        "from analytics.revenue_bridge group by line, part_of having sum(orders) <> 0 "
        "order by part_of, amount desc nulls last, line"
    )
    return {"finding": bridge_finding(lines), "lines": table(lines, len(lines))}


def bridge_finding(lines: pd.DataFrame) -> str:
    """Return what share of the revenue is in the cohorts, and what of that came back.

    Args:
        lines: line, amount.
    """
    amounts = lines.set_index("line")["amount"].astype(float)
    revenue, kept = (amounts.get(name, 0.0) for name in ("raw_revenue_orders", "in_cohorts"))
    if revenue <= 0:
        return "No revenue yet"
    finding = f"{percent(kept / revenue)} of {revenue:,.0f} of revenue is in the cohorts"
    returned = amounts.get("returned_in_cohorts", 0.0)
    return f"{finding}; {percent(returned / kept)} of that came back" if returned else finding


def _of(reason: str, column: str) -> str:
    return f"sum(case when reason = '{reason}' then {column} end)"


PAGES = {
    "analytics.daily_sales": Page(
        {
            "sales": "sum(sales)",
            "returned": "sum(returned_this_day)",
            "net_sales": "sum(net_sales)",
            "orders": "sum(orders)",
            "open_orders": "sum(open_orders)",
            "new_customer_share_of_sales": (
                "cast(sum(new_customer_sales) as double precision) / nullif(sum(sales), 0)"
            ),
        },
        _daily_sales,
    ),
    "analytics.orders_accounted_for": Page(
        {
            "revenue": _of("counted as revenue", "amount"),
            "revenue_share_of_amount": _of("counted as revenue", "share_of_amount"),
            "unknown_status_share_of_amount": _of("unknown status", "share_of_amount"),
        },
        _reasons,
    ),
    "analytics.revenue_bridge": Page(
        {
            "revenue": "sum(case when line = 'raw_revenue_orders' then amount end)",
            "revenue_in_cohorts": "sum(case when line = 'in_cohorts' then amount end)",
            "returned": "sum(case when line = 'returned' then amount end)",
            "unexplained": "sum(case when line = 'unexplained' then amount end)",
        },
        _bridge,
    ),
}
