with orders as (

    select * from {{ ref('int_orders') }}

),

items_per_order as (

    select * from {{ ref('int_items_per_order') }}

),

persons as (

    select * from {{ ref('int_persons') }}
    where kind = 'order'

),

clock as (

    select as_of_date from {{ ref('stg_clock') }}

)

select
    orders.order_id,
    coalesce(persons.customer_id, orders.customer_id) as customer_id,
    orders.order_date,
    orders.order_day,
    orders.order_month,
    orders.order_year,
    orders.order_week,
    orders.order_day_of_week,
    orders.order_hour,
    orders.order_status,
    orders.is_demand,
    orders.is_revenue,
    orders.left_out_as,
    orders.total_amount,
    orders.discount_percent,
    orders.discount_amount,
    orders.net_amount,
    orders.shipping_cost,
    orders.currency,
    orders.exchange_rate,
    orders.exchange_rate_day,
    coalesce(items_per_order.item_count, 0) as item_count,
    coalesce(items_per_order.total_quantity, 0) as total_quantity,
    coalesce(items_per_order.items_total, 0) as items_total
from orders
cross join clock
left join items_per_order on orders.order_id = items_per_order.order_id
left join persons on orders.order_id = persons.id
where orders.order_day <= clock.as_of_date
