with returns as (

    select
        nullif(trim(return_id), '') as return_id,
        trim(order_id) as order_id,
        nullif(trim(order_item_id), '') as order_item_id,
        nullif(trim(product_id), '') as product_id,
        quantity,
        amount,
        cast(returned_at as date) as returned_day,
        reason
    from {{ source('raw', 'returns') }}

),

orders as (

    select
        order_id,
        customer_id,
        order_day,
        exchange_rate,
        {{ is_revenue_order() }} as is_of_a_sale
    from {{ ref('stg_orders') }}

),

line_products as (

    select
        order_id,
        order_item_id,
        max(product_id) as product_id
    from {{ ref('stg_order_items') }}
    group by order_id, order_item_id

),

clock as (

    select as_of_date from {{ ref('stg_clock') }}

)

select
    returns.return_id,
    returns.order_id,
    returns.order_item_id,
    coalesce(returns.product_id, line_products.product_id) as product_id,
    orders.customer_id,
    returns.quantity,
    {{ return_in_shop_currency(
        'returns.amount',
        'orders.exchange_rate',
        'returns.order_id',
        'coalesce(returns.returned_day, orders.order_day), returns.return_id'
    ) }} as amount,
    orders.order_day,
    coalesce(returns.returned_day, orders.order_day) as returned_day,
    returns.returned_day is not null as is_day_known,
    orders.is_of_a_sale,
    returns.reason
from returns
inner join orders on returns.order_id = orders.order_id
cross join clock
left join line_products
    on
        returns.order_id = line_products.order_id
        and returns.order_item_id = line_products.order_item_id
where coalesce(returns.returned_day, orders.order_day) <= clock.as_of_date
