{%- set high_value = variable('high_value_threshold') -%}
{%- set active_days = variable('active_customer_days') -%}

with customers as (

    select * from {{ ref('stg_customers') }}

),

clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

revenue_orders as (

    select *
    from {{ ref('stg_orders') }}
    where {{ is_revenue_order() }}

),

totals as (

    select
        customer_id,
        count(*) as total_orders,
        cast(sum(net_amount) as decimal(18, 2)) as total_revenue,
        cast(sum(net_amount) as double precision) / count(*) as avg_order_value,
        cast(sum(total_quantity) as bigint) as total_items_purchased,
        min(order_day) as first_order_date,
        max(order_day) as last_order_date
    from revenue_orders
    where customer_id is not null
    group by customer_id

),

buyers as (

    select
        totals.*,
        {{ days_between('totals.first_order_date', 'totals.last_order_date') }}
            as customer_lifespan_days,
        {{ days_between('totals.last_order_date', 'clock.as_of_date') }}
            as days_since_last_order,
        {{ days_between('totals.first_order_date', 'clock.as_of_date') }} + 1
            as observed_days
    from totals
    inner join customers on totals.customer_id = customers.customer_id
    cross join clock

),

scored as (

    select
        *,
        {{ quintile('-days_since_last_order') }} as recency_score,
        {{ quintile('total_orders') }} as frequency_score,
        {{ quintile('total_revenue') }} as monetary_score
    from buyers

)

select
    customers.customer_id,
    customers.customer_name,
    customers.customer_segment,
    customers.signup_date,
    customers.days_since_signup,
    coalesce(scored.total_orders, 0) as total_orders,
    cast(coalesce(scored.total_revenue, 0) as decimal(18, 2)) as total_revenue,
    scored.avg_order_value,
    coalesce(scored.total_items_purchased, 0) as total_items_purchased,
    scored.first_order_date,
    scored.last_order_date,
    scored.customer_lifespan_days,
    scored.days_since_last_order,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    cast(
        scored.recency_score + scored.frequency_score + scored.monetary_score as double precision
    ) / 3 as rfm_score,
    case
        when scored.customer_id is null then 'none'
        when scored.total_revenue >= {{ high_value }} then 'high'
        when scored.total_revenue >= {{ high_value }} * 0.5 then 'medium'
        else 'low'
    end as value_tier,
    case
        when scored.customer_id is null then 'never_purchased'
        when scored.days_since_last_order <= {{ active_days }} then 'active'
        when scored.days_since_last_order <= 2 * {{ active_days }} then 'at_risk'
        else 'churned'
    end as customer_status,
    case
        when scored.observed_days >= 90
            then cast(scored.total_revenue as double precision) * 365 / scored.observed_days
    end as estimated_annual_value,
    case
        when scored.customer_id is null then 'never_purchased'
        when scored.observed_days < 90 then 'too_new'
        else 'observed'
    end as annual_value_basis,
    clock.as_of_date
from customers
cross join clock
left join scored on customers.customer_id = scored.customer_id
