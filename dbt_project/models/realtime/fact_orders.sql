with orders as (

    select * from {{ ref('enriched_orders') }}

),

items_per_order as (

    select * from {{ ref('int_items_per_order') }}

)

select
    orders.*,
    coalesce(items_per_order.item_count, 0) as items_per_order,
    coalesce(items_per_order.total_quantity, 0) as total_quantity,
    coalesce(items_per_order.items_total, 0) as order_items_total
from orders
left join items_per_order on orders.order_id = items_per_order.order_id
