"""What the pages of the staging tables show."""

from typing import Any

from analytics_assets.defs.raw.state import RAW_STATE, raw_orders_state
from analytics_assets.defs.staging.revenue import IS_REVENUE, ORDERS_BY_REASON
from analytics_assets.lib.charts.page import Page, Scene, table

REVENUE_FIGURES = {
    "revenue": f"sum(case when {IS_REVENUE} then net_amount end)",
    "revenue_orders": f"sum(case when {IS_REVENUE} then 1 else 0 end)",
}


def _orders(scene: Scene) -> dict[str, Any]:
    """Return what became of the landed orders, and the state that they were read in."""
    reasons = scene.session.read(f"{ORDERS_BY_REASON} order by amount desc nulls last, reason")
    return {"which_orders_counted": table(reasons), **_raw_state(scene)}


def _raw_state(scene: Scene) -> dict[str, Any]:
    if not scene.session.in_process:
        return {}  # said by the step that froze it: the shop's own table has gone on since
    return {RAW_STATE: raw_orders_state(scene.session) or ""}


PAGES = {
    "staging.stg_customers": Page(
        {"without_signup_date": "sum(case when signup_date is null then 1 else 0 end)"}
    ),
    "staging.stg_products": Page(
        {"without_price": "sum(case when price is null then 1 else 0 end)"}
    ),
    "staging.stg_orders": Page(
        {
            "newest_event": "cast(max(order_day) as varchar)",
            **REVENUE_FIGURES,
            "customers": "count(distinct customer_id)",
        },
        _orders,
    ),
    "staging.stg_order_items": Page(
        {"pieces": "sum(quantity)", "products": "count(distinct product_id)"}
    ),
}
