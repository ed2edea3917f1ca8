"""The contract of analytics.revenue_bridge: money adds up, month by month, to the cent."""

from analytics_assets.defs.staging.shared_revenue import RAW_REVENUE_ORDERS, differing_months
from analytics_assets.lib.checks.clock import AS_OF_DATE, AS_OF_DATE_IS_THE_CLOCKS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import accepted_values, expression, no_rows, not_null, unique
from analytics_assets.lib.warehouse.literals import literal

_LINES = (
    "raw_revenue_orders",
    "without_known_customer",
    "without_signup_date",
    "before_signup",
    "in_cohorts",
    "unexplained",
)


def _line(name: str) -> str:
    return (
        "select order_month, amount as net_amount from analytics.revenue_bridge "
        f"where line = '{name}'"
    )


REVENUE_BRIDGE = Contract(
    table="analytics.revenue_bridge",
    meaning="docs/methods.md#6-money-adds-up",
    key=("order_month", "line"),
    columns={
        "order_month": "DATE",
        "line": "VARCHAR",
        "orders": "BIGINT",
        "amount": "DECIMAL(18,2)",
        "as_of_date": "DATE",
    },
    rules=(
        not_null("order_month", "line", "orders", "amount"),
        unique(["order_month", "line"]),
        AS_OF_DATE_IS_THE_CLOCKS,
        accepted_values("line", _LINES),
        no_rows(
            "every month has every line",
            f"""
select months.order_month, known.line
from (select distinct order_month from analytics.revenue_bridge) as months
cross join (values {", ".join(f"({literal(line)})" for line in _LINES)}) as known (line)
left join analytics.revenue_bridge as bridge
    on months.order_month = bridge.order_month and known.line = bridge.line
where bridge.line is null
""",
            explanation="a line with nothing in it says 0",
        ),
        no_rows(
            "the lines of a month add up to its first one",
            """
select *
from (
    select
        order_month,
        sum(case when line = 'raw_revenue_orders' then orders else -orders end) as orders,
        sum(case when line = 'raw_revenue_orders' then amount else -amount end) as amount
    from analytics.revenue_bridge
    group by order_month
) as differences
where orders <> 0 or amount <> 0
""",
            explanation="in orders and amount, what is unexplained included",
        ),
        expression(
            "nothing is unexplained",
            "line <> 'unexplained' or (orders = 0 and amount = 0)",
            ["line", "orders", "amount"],
            explanation="the lines of a month add up to its raw revenue orders: difference 0.00",
        ),
        no_rows(
            "the first line is the revenue of the raw orders",
            differing_months(
                _line("raw_revenue_orders"),
                f"{RAW_REVENUE_ORDERS} and order_date < {AS_OF_DATE} + 1",
            ),
            explanation="to the cent, in every month",
        ),
        no_rows(
            "all lines but the first add up to the live tier",
            differing_months(
                "select order_month, amount as net_amount from analytics.revenue_bridge "
                "where line <> 'raw_revenue_orders'",
                "select cast(date_trunc('month', order_day) as date) as order_month, "
                "net_revenue as net_amount from realtime.daily_business_metrics "
                f"where order_day <= {AS_OF_DATE}",
            ),
            explanation="daily_business_metrics up to as_of_date, to the cent, in every month",
        ),
    ),
)
