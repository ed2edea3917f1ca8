"""The contract of analytics.customer_value_forecast."""

from analytics_assets.defs.customers.customer_value_forecast import (
    CUSTOMER_VALUE_FORECAST_COLUMNS,
    FORECAST_BASES,
    MIN_REPEAT_CUSTOMERS,
    NEVER_PURCHASED,
    ONE_TIME_BUYER,
    REPEAT_BUYER,
)
from analytics_assets.defs.staging.shared_revenue import STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.agreement import agree
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    accepted_values,
    expression,
    in_range,
    no_rows,
    not_null,
    references,
    unique,
)

CUSTOMER_VALUE_FORECAST = Contract(
    table="analytics.customer_value_forecast",
    meaning="docs/methods.md#3-customers",
    key=("customer_id",),
    columns=CUSTOMER_VALUE_FORECAST_COLUMNS,
    rules=(
        not_null("customer_id"),
        unique(["customer_id"]),
        references("every customer is a staged customer", "customer_id", "staging.stg_customers"),
        no_rows(
            "no staged customer is lost",
            """
select customer_id
from staging.stg_customers as staged
where not exists (
    select 1
    from analytics.customer_value_forecast as marts
    where marts.customer_id = staged.customer_id
)
""",
        ),
        no_rows(
            "repeat purchase days are the days with a revenue order but the first",
            f"""
with days as (
    select customer_id, count(distinct order_day) - 1 as repeat_days
    from ({STAGED_REVENUE_ORDERS}) as revenue_orders
    group by customer_id
)
select marts.customer_id, marts.repeat_purchase_days, days.repeat_days
from analytics.customer_value_forecast as marts
left join days on marts.customer_id = days.customer_id
where marts.repeat_purchase_days is distinct from days.repeat_days
""",
            explanation="NULL for who never bought",
        ),
        no_rows(
            "nothing is forecast from too few repeat buyers",
            f"""
select repeat_buyers, forecasts
from (
    select
        count(case when repeat_purchase_days > 0 then 1 end) as repeat_buyers,
        count(expected_orders_365d) as forecasts
    from analytics.customer_value_forecast
) as counted
where repeat_buyers < {MIN_REPEAT_CUSTOMERS} and forecasts > 0
""",
            explanation=f"fewer than {MIN_REPEAT_CUSTOMERS} give no forecast for anybody",
        ),
        in_range("p_alive", minimum=0, maximum=1),
        in_range("expected_orders_365d", minimum=0, maximum=365),
        in_range(
            "repeat_purchase_days", "expected_order_value", "expected_revenue_365d", minimum=0
        ),
        accepted_values("forecast_basis", FORECAST_BASES),
        expression(
            "the basis follows the purchases",
            f"""
    (forecast_basis = '{NEVER_PURCHASED}') = (repeat_purchase_days is null)
    and (forecast_basis <> '{REPEAT_BUYER}' or repeat_purchase_days > 0)
    and (forecast_basis <> '{ONE_TIME_BUYER}' or repeat_purchase_days = 0)
""",
            ["repeat_purchase_days", "forecast_basis"],
        ),
        expression(
            "p_alive is given for repeat buyers only",
            f"(p_alive is not null) = (forecast_basis = '{REPEAT_BUYER}')",
            ["p_alive", "forecast_basis"],
            explanation="the model says 1 for every one-time buyer",
        ),
        expression(
            "a refused forecast has no figures",
            f"""
    forecast_basis in ('{REPEAT_BUYER}', '{ONE_TIME_BUYER}')
    or (
        expected_orders_365d is null
        and expected_order_value is null
        and expected_revenue_365d is null
    )
""",
            ["expected_orders_365d", "expected_revenue_365d", "forecast_basis"],
        ),
        expression(
            "expected revenue is orders times value",
            agree("expected_revenue_365d", "expected_orders_365d * expected_order_value"),
            ["expected_orders_365d", "expected_order_value", "expected_revenue_365d"],
        ),
    ),
)
