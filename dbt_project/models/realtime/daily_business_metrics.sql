{{ config(target_lag='1 minute') }}

with orders as (

    select * from {{ ref('fact_orders') }}

),

all_orders as (

    select
        order_day,
        count(*) as all_orders
    from orders
    group by order_day

),

revenue_orders as (

    select
        order_day,
        count(*) as orders,
        count(distinct customer_id) as customers,
        sum(total_amount) as gross_revenue,
        sum(net_amount) as net_revenue,
        sum(discount_amount) as discounts,
        sum(shipping_cost) as shipping,
        sum(case when discount_percent > 0 then 1 else 0 end) as discounted_orders,
        sum(case when order_size = 'small' then 1 else 0 end) as small_orders,
        sum(case when order_size = 'medium' then 1 else 0 end) as medium_orders,
        sum(case when order_size = 'large' then 1 else 0 end) as large_orders
    from orders
    where {{ is_revenue_order() }}
    group by order_day

)

select
    all_orders.order_day,
    all_orders.all_orders,
    coalesce(revenue_orders.orders, 0) as orders,
    coalesce(revenue_orders.customers, 0) as customers,
    cast(coalesce(revenue_orders.gross_revenue, 0) as decimal(18, 2)) as gross_revenue,
    cast(coalesce(revenue_orders.net_revenue, 0) as decimal(18, 2)) as net_revenue,
    cast(coalesce(revenue_orders.discounts, 0) as decimal(18, 2)) as discounts,
    cast(coalesce(revenue_orders.shipping, 0) as decimal(18, 2)) as shipping,
    cast(revenue_orders.net_revenue as double precision) / nullif(revenue_orders.orders, 0)
        as avg_order_value,
    cast(revenue_orders.discounted_orders as double precision) / nullif(revenue_orders.orders, 0)
        as discount_penetration,
    cast(coalesce(revenue_orders.small_orders, 0) as bigint) as small_orders,
    cast(coalesce(revenue_orders.medium_orders, 0) as bigint) as medium_orders,
    cast(coalesce(revenue_orders.large_orders, 0) as bigint) as large_orders
from all_orders
left join revenue_orders on all_orders.order_day = revenue_orders.order_day
