"""Rules that staging.stg_orders and the live orders share, since both come from the same rows."""

from analytics_assets.lib.checks.agreement import same
from analytics_assets.lib.checks.rules import expression

DATE_PARTS = expression(
    "the date parts are those of order_date",
    " and ".join(
        same(part, of_order_date)
        for part, of_order_date in {
            "order_day": "cast(order_date as date)",
            "order_month": "cast(date_trunc('month', order_date) as date)",
            "order_year": "extract(year from order_date)",
            "order_day_of_week": "mod(cast(order_date as date) - date '0001-01-01', 7) + 1",
            "order_hour": "extract(hour from order_date)",
        }.items()
    ),
    ["order_date", "order_day", "order_month", "order_year", "order_day_of_week"],
    explanation="Monday is 1; the first day of the year 1 was a Monday",
)

NET_AMOUNT = expression(
    "net_amount is total_amount less the discount",
    same("100 * net_amount", "round(total_amount * (100 - coalesce(discount_percent, 0)), 0)"),
    ["total_amount", "discount_percent", "net_amount"],
    explanation="rounded half up to the cent",
)

DISCOUNT_AMOUNT = expression(
    "discount_amount is what the discount takes off",
    same("discount_amount", "total_amount - net_amount"),
    ["total_amount", "discount_amount", "net_amount"],
)
