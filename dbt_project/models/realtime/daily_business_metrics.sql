with orders as (

    select
        *,
        {{ is_revenue_order() }} and order_day is not null as is_counted
    from {{ ref('fact_orders') }}

),

-- One pass over the orders; days without a revenue order keep their zeros.
days as (

    select
        order_day,
        count(*) as all_orders,
        sum(case when is_counted then 1 else 0 end) as orders,
        count(distinct case when is_counted then customer_id end) as customers,
        sum(case when is_counted then total_amount end) as gross_revenue,
        sum(case when is_counted then net_amount end) as net_revenue,
        sum(case when is_counted then discount_amount end) as discounts,
        sum(case when is_counted then shipping_cost end) as shipping,
        sum(case when is_counted and discount_percent > 0 then 1 else 0 end)
            as discounted_orders,
        sum(case when is_counted and order_size = 'small' then 1 else 0 end) as small_orders,
        sum(case when is_counted and order_size = 'medium' then 1 else 0 end) as medium_orders,
        sum(case when is_counted and order_size = 'large' then 1 else 0 end) as large_orders
    from orders
    group by order_day

)

select
    order_day,
    all_orders,
    cast(orders as bigint) as orders,
    customers,
    cast(coalesce(gross_revenue, 0) as decimal(18, 2)) as gross_revenue,
    cast(coalesce(net_revenue, 0) as decimal(18, 2)) as net_revenue,
    cast(coalesce(discounts, 0) as decimal(18, 2)) as discounts,
    cast(coalesce(shipping, 0) as decimal(18, 2)) as shipping,
    cast(net_revenue as double precision) / nullif(orders, 0) as avg_order_value,
    cast(discounted_orders as double precision) / nullif(orders, 0) as discount_penetration,
    cast(small_orders as bigint) as small_orders,
    cast(medium_orders as bigint) as medium_orders,
    cast(large_orders as bigint) as large_orders
from days
