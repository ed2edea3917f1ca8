with orders as (

    select * from {{ ref('stg_orders') }}
    where
        {{ is_revenue_order() }}
        and customer_id is not null

),

returns as (

    select
        order_id,
        sum(amount) as returned_amount
    from {{ ref('stg_returns') }}
    where is_of_a_sale
    group by order_id

)

select
    orders.customer_id,
    orders.order_month,
    min(orders.order_day) as first_order_date,
    max(orders.order_day) as last_order_date,
    count(*) as total_orders,
    cast(sum(orders.net_amount) as decimal(18, 2)) as gross_revenue,
    cast(coalesce(sum(returns.returned_amount), 0) as decimal(18, 2)) as returned_amount,
    cast(sum(orders.net_amount) - coalesce(sum(returns.returned_amount), 0) as decimal(18, 2))
        as total_revenue
from orders
left join returns on orders.order_id = returns.order_id
group by orders.customer_id, orders.order_month
