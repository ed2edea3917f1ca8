"""The contract of analytics.customer_lifetime_value."""

from analytics_assets.defs.customers.checks_scores import scores_other_than_quintiles
from analytics_assets.defs.staging.shared_revenue import STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.agreement import agree, same
from analytics_assets.lib.checks.clock import AS_OF_DATE_IS_THE_CLOCKS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    expression,
    in_range,
    no_rows,
    not_null,
    references,
    unique,
)

_BOUGHT = "total_orders > 0"

CUSTOMER_LIFETIME_VALUE = Contract(
    table="analytics.customer_lifetime_value",
    meaning="docs/methods.md#3-customers",
    key=("customer_id",),
    columns={
        "customer_id": "VARCHAR",
        "customer_name": "VARCHAR",
        "customer_segment": "VARCHAR",
        "signup_date": "DATE",
        "days_since_signup": "INTEGER",
        "total_orders": "BIGINT",
        "total_revenue": "DECIMAL(18,2)",
        "avg_order_value": "DOUBLE",
        "total_items_purchased": "BIGINT",
        "first_order_date": "DATE",
        "last_order_date": "DATE",
        "customer_lifespan_days": "INTEGER",
        "days_since_last_order": "INTEGER",
        "recency_score": "INTEGER",
        "frequency_score": "INTEGER",
        "monetary_score": "INTEGER",
        "rfm_score": "DOUBLE",
        "value_tier": "VARCHAR",
        "customer_status": "VARCHAR",
        "estimated_annual_value": "DOUBLE",
        "annual_value_basis": "VARCHAR",
        "as_of_date": "DATE",
    },
    rules=(
        not_null("customer_id", "total_orders", "total_revenue"),
        unique(["customer_id"]),
        references("every customer is a staged customer", "customer_id", "staging.stg_customers"),
        no_rows(
            "no staged customer is lost",
            """
select customer_id
from staging.stg_customers as staged
where not exists (
    select 1
    from analytics.customer_lifetime_value as marts
    where marts.customer_id = staged.customer_id
)
""",
        ),
        AS_OF_DATE_IS_THE_CLOCKS,
        expression(
            "who bought has orders and revenue and dates",
            f"""
    ({_BOUGHT}) = (total_revenue > 0)
    and ({_BOUGHT}) = (first_order_date is not null)
    and ({_BOUGHT}) = (last_order_date is not null)
""",
            ["total_orders", "total_revenue", "first_order_date", "last_order_date"],
            null_fails=True,
        ),
        no_rows(
            "each customer has the figures of its revenue orders",
            f"""
with orders as (
    select
        customer_id,
        count(*) as order_count,
        sum(net_amount) as revenue,
        min(order_day) as first_day,
        max(order_day) as last_day,
        sum(total_quantity) as quantity
    from ({STAGED_REVENUE_ORDERS}) as revenue_orders
    group by customer_id
)
select marts.customer_id, marts.total_orders, orders.order_count as expected_orders,
    marts.total_revenue, orders.revenue as expected_revenue
from analytics.customer_lifetime_value as marts
left join orders on marts.customer_id = orders.customer_id
where marts.total_orders is distinct from coalesce(orders.order_count, 0)
    or marts.total_revenue is distinct from coalesce(orders.revenue, 0)
    or marts.total_items_purchased is distinct from coalesce(orders.quantity, 0)
    or marts.first_order_date is distinct from orders.first_day
    or marts.last_order_date is distinct from orders.last_day
""",
            explanation="orders, revenue, items, first and last day",
        ),
        no_rows(
            "revenue and the orders without a known customer are all revenue",
            f"""
with orders as (
    select
        count(*) as order_count,
        coalesce(sum(net_amount), 0) as revenue,
        count(case when not is_known then 1 end) as unknown_customer_orders,
        coalesce(sum(case when not is_known then net_amount end), 0) as unknown_customer_revenue
    from (
        select revenue_orders.net_amount, customers.customer_id is not null as is_known
        from ({STAGED_REVENUE_ORDERS}) as revenue_orders
        left join staging.stg_customers as customers
            on revenue_orders.customer_id = customers.customer_id
    ) as marked
),
marts as (
    select coalesce(sum(total_revenue), 0) as revenue
    from analytics.customer_lifetime_value
)
select
    marts.revenue as customer_revenue,
    orders.unknown_customer_orders,
    orders.unknown_customer_revenue,
    orders.revenue as all_revenue,
    marts.revenue + orders.unknown_customer_revenue - orders.revenue as difference
from marts
cross join orders
where marts.revenue + orders.unknown_customer_revenue <> orders.revenue
""",
            explanation="a difference of 0.00 to the revenue orders of stg_orders",
        ),
        expression(
            "avg_order_value is revenue by order",
            agree("avg_order_value * total_orders", f"case when {_BOUGHT} then total_revenue end"),
            ["total_orders", "total_revenue", "avg_order_value"],
        ),
        expression(
            "lifespan and recency are days between the dates",
            f"{same('customer_lifespan_days', 'last_order_date - first_order_date')}"
            f" and {same('days_since_last_order', 'as_of_date - last_order_date')}",
            ["first_order_date", "last_order_date", "customer_lifespan_days"],
        ),
        expression(
            "days_since_signup runs from signup_date to as_of_date",
            same("days_since_signup", "as_of_date - signup_date"),
            ["signup_date", "days_since_signup"],
        ),
        in_range("days_since_signup", "customer_lifespan_days", "days_since_last_order", minimum=0),
        in_range("recency_score", "frequency_score", "monetary_score", minimum=1, maximum=5),
        expression(
            "buyers have scores and others none",
            " and ".join(
                f"({score} is not null) = ({_BOUGHT})"
                for score in ("recency_score", "frequency_score", "monetary_score", "rfm_score")
            ),
            ["total_orders", "recency_score", "frequency_score", "monetary_score", "rfm_score"],
            null_fails=True,
        ),
        expression(
            "rfm_score is the mean of the three scores",
            agree("3 * rfm_score", "recency_score + frequency_score + monetary_score"),
            ["recency_score", "frequency_score", "monetary_score", "rfm_score"],
        ),
        no_rows(
            "scores are quintiles and equal customers have equal scores",
            scores_other_than_quintiles("analytics.customer_lifetime_value"),
            explanation="1 + floor(5 * buyers with less / all buyers)",
        ),
        expression(
            "value_tier follows total_revenue",
            lambda variables: (
                f"""
    value_tier = case
        when total_revenue >= {variables.high_value_threshold} then 'high'
        when total_revenue >= {variables.high_value_threshold} * 0.5 then 'medium'
        when total_revenue > 0 then 'low'
        else 'none'
    end
"""
            ),
            ["total_revenue", "value_tier"],
            null_fails=True,
        ),
        expression(
            "customer_status follows days_since_last_order",
            lambda variables: (
                f"""
    customer_status = case
        when days_since_last_order is null then 'never_purchased'
        when days_since_last_order <= {variables.active_customer_days} then 'active'
        when days_since_last_order <= 2 * {variables.active_customer_days} then 'at_risk'
        else 'churned'
    end
"""
            ),
            ["days_since_last_order", "customer_status"],
            null_fails=True,
        ),
        expression(
            "estimated_annual_value is a year at the observed rate",
            agree(
                "estimated_annual_value * (as_of_date - first_order_date + 1)",
                "case when as_of_date - first_order_date + 1 >= 90 then 365 * total_revenue end",
            ),
            ["first_order_date", "total_revenue", "estimated_annual_value"],
            explanation="total_revenue * 365 / observed days, NULL under 90 of them",
        ),
        expression(
            "annual_value_basis says why there is an annual value or none",
            f"""
    annual_value_basis = case
        when not ({_BOUGHT}) then 'never_purchased'
        when estimated_annual_value is null then 'too_new'
        else 'observed'
    end
""",
            ["total_orders", "estimated_annual_value", "annual_value_basis"],
            null_fails=True,
        ),
    ),
)
