with orders as (

    select
        *,
        {{ is_revenue_order() }} and order_day is not null as is_counted,
        {{ is_open_order() }} and order_day is not null as is_open
    from {{ ref('fact_orders') }}

),

-- One pass over the orders; days without a revenue order keep their zeros.
days as (

    select
        order_day,
        count(*) as all_orders,
        sum(case when is_counted then 1 else 0 end) as orders,
        count(distinct case when is_counted then customer_id end) as customers,
        cast(coalesce(sum(case when is_counted then total_amount end), 0) as decimal(18, 2))
            as gross_revenue,
        cast(coalesce(sum(case when is_counted then net_amount end), 0) as decimal(18, 2))
            as net_revenue,
        cast(coalesce(sum(case when is_counted then discount_amount end), 0) as decimal(18, 2))
            as discounts,
        cast(coalesce(sum(case when is_counted then shipping_cost end), 0) as decimal(18, 2))
            as shipping,
        sum(case when is_open then 1 else 0 end) as open_orders,
        cast(coalesce(sum(case when is_open then net_amount end), 0) as decimal(18, 2))
            as open_amount,
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
    gross_revenue,
    net_revenue,
    discounts,
    shipping,
    cast(net_revenue as double precision) / nullif(orders, 0) as avg_order_value,
    cast(discounted_orders as double precision) / nullif(orders, 0) as discount_penetration,
    cast(small_orders as bigint) as small_orders,
    cast(medium_orders as bigint) as medium_orders,
    cast(large_orders as bigint) as large_orders,
    cast(open_orders as bigint) as open_orders,
    open_amount,
    {{ is_settled('order_day', 'net_revenue', 'open_amount') }} as is_settled
from days
