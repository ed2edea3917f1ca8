{%- set high_value = var('high_value_threshold') -%}
{%- set active_days = var('active_customer_days') -%}

with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

customers as (

    {{ customer_scores('clock.as_of_date') }}

)

select
    customers.customer_id,
    customers.customer_name,
    customers.customer_segment,
    customers.signup_date,
    customers.days_since_signup,
    customers.total_orders,
    customers.total_revenue,
    customers.avg_order_value,
    customers.total_items_purchased,
    customers.first_order_date,
    customers.last_order_date,
    customers.customer_lifespan_days,
    customers.days_since_last_order,
    customers.recency_score,
    customers.frequency_score,
    customers.monetary_score,
    cast(
        customers.recency_score + customers.frequency_score + customers.monetary_score
        as double precision
    ) / 3 as rfm_score,
    case
        when customers.total_orders = 0 then 'none'
        when customers.total_revenue >= {{ high_value }} then 'high'
        when customers.total_revenue >= {{ high_value }} * 0.5 then 'medium'
        else 'low'
    end as value_tier,
    case
        when customers.total_orders = 0 then 'never_purchased'
        when customers.days_since_last_order <= {{ active_days }} then 'active'
        when customers.days_since_last_order <= 2 * {{ active_days }} then 'at_risk'
        else 'churned'
    end as customer_status,
    case
        when customers.observed_days >= 90
            then cast(customers.total_revenue as double precision) * 365 / customers.observed_days
    end as estimated_annual_value,
    case
        when customers.total_orders = 0 then 'never_purchased'
        when customers.observed_days < 90 then 'too_new'
        else 'observed'
    end as annual_value_basis,
    clock.as_of_date
from customers
cross join clock
