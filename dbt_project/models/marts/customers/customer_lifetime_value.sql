{%- set high_value = var('high_value_threshold') -%}
{%- set active_days = var('active_customer_days') -%}

with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

scores as (

    select * from {{ ref('int_customer_scores') }}

)

select
    customers.customer_id,
    customers.customer_name,
    customers.customer_segment,
    customers.signup_date,
    customers.days_since_signup,
    scores.total_orders,
    scores.gross_revenue,
    scores.returned_amount,
    cast(scores.returned_amount as double precision) / nullif(scores.gross_revenue, 0)
        as return_rate,
    scores.total_revenue,
    cast(scores.total_revenue as double precision) / nullif(scores.total_orders, 0)
        as avg_order_value,
    scores.total_items_purchased,
    scores.first_order_date,
    scores.last_order_date,
    {{ days_between('scores.first_order_date', 'scores.last_order_date') }}
        as customer_lifespan_days,
    scores.days_since_last_order,
    scores.recency_score,
    scores.frequency_score,
    scores.monetary_score,
    cast(
        scores.recency_score + scores.frequency_score + scores.monetary_score as double precision
    ) / 3 as rfm_score,
    case
        when scores.total_orders = 0 then 'none'
        when scores.total_revenue >= {{ high_value }} then 'high'
        when scores.total_revenue >= {{ high_value }} * 0.5 then 'medium'
        when scores.total_revenue <= 0 then 'none_after_returns'
        else 'low'
    end as value_tier,
    case
        when scores.total_orders = 0 then 'never_purchased'
        when scores.days_since_last_order <= {{ active_days }} then 'active'
        when scores.days_since_last_order <= 2 * {{ active_days }} then 'at_risk'
        else 'churned'
    end as customer_status,
    scores.revenue_365d as estimated_annual_value,
    case
        when scores.total_orders = 0 then 'never_purchased'
        when {{ days_between('scores.first_order_date', 'clock.as_of_date') }} >= 365
            then 'last_365_days'
        else 'first_year'
    end as annual_value_basis,
    clock.as_of_date
from customers
cross join clock
inner join scores
    on
        customers.customer_id = scores.customer_id
        and clock.as_of_date = scores.scored_on
