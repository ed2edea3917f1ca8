with orders as (

    select * from {{ ref('stg_orders') }}

)

select
    customer_id,
    order_month,
    min(order_day) as first_order_date,
    max(order_day) as last_order_date,
    count(*) as total_orders,
    cast(sum(net_amount) as decimal(18, 2)) as total_revenue
from orders
where
    {{ is_revenue_order() }}
    and customer_id is not null
group by customer_id, order_month
