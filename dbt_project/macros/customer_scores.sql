{#- A select: one row a customer who was registered by a day, with the sums of the revenue orders up
    to that day and the RFM scores among the buyers of that day. It needs a CTE `clock` of one row,
    of which `day` is a column. -#}
{% macro customer_scores(day) -%}
    with registered as (

        select stg_customers.*
        from {{ ref('stg_customers') }} as stg_customers
        cross join clock
        where
            stg_customers.signup_date <= {{ day }}
            or stg_customers.signup_date is null

    ),

    revenue_orders as (

        select stg_orders.*
        from {{ ref('stg_orders') }} as stg_orders
        cross join clock
        where
            {{ is_revenue_order() }}
            and stg_orders.order_day <= {{ day }}

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
            {{ days_between('totals.last_order_date', day) }} as days_since_last_order,
            {{ days_between('totals.first_order_date', day) }} + 1 as observed_days
        from totals
        inner join registered on totals.customer_id = registered.customer_id
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
        registered.customer_id,
        registered.customer_name,
        registered.customer_segment,
        registered.signup_date,
        registered.days_since_signup,
        coalesce(scored.total_orders, 0) as total_orders,
        cast(coalesce(scored.total_revenue, 0) as decimal(18, 2)) as total_revenue,
        scored.avg_order_value,
        coalesce(scored.total_items_purchased, 0) as total_items_purchased,
        scored.first_order_date,
        scored.last_order_date,
        scored.customer_lifespan_days,
        scored.days_since_last_order,
        scored.observed_days,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score
    from registered
    left join scored on registered.customer_id = scored.customer_id
{%- endmacro %}
