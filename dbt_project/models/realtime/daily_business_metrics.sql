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

),

newest as (

    select max(order_day) as newest_day from days

)

select
    days.order_day,
    days.all_orders,
    cast(days.orders as bigint) as orders,
    days.customers,
    days.gross_revenue,
    days.net_revenue,
    days.discounts,
    days.shipping,
    cast(days.net_revenue as double precision) / nullif(days.orders, 0) as avg_order_value,
    cast(days.discounted_orders as double precision) / nullif(days.orders, 0)
        as discount_penetration,
    cast(days.small_orders as bigint) as small_orders,
    cast(days.medium_orders as bigint) as medium_orders,
    cast(days.large_orders as bigint) as large_orders,
    cast(days.open_orders as bigint) as open_orders,
    days.open_amount,
    {{ is_settled('days.order_day', 'days.net_revenue', 'days.open_amount', 'newest.newest_day') }}
        as is_settled
from days
cross join newest
