with orders as (

    select * exclude (raw_status, currency) from {{ ref('int_orders') }}

),

items_per_order as (

    select * from {{ ref('int_items_per_order') }}

),

clock as (

    select as_of_date from {{ ref('stg_clock') }}

)

select
    orders.*,
    coalesce(items_per_order.item_count, 0) as item_count,
    coalesce(items_per_order.total_quantity, 0) as total_quantity,
    coalesce(items_per_order.items_total, 0) as items_total
from orders
cross join clock
left join items_per_order on orders.order_id = items_per_order.order_id
where orders.order_day <= clock.as_of_date
