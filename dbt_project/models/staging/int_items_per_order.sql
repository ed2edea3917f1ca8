-- Waits for the checks of the orders: a refused landing shows through no staging table.
-- depends_on: {{ source('raw', 'orders') }}

with rates as (

    select
        order_id,
        exchange_rate
    from {{ ref('int_orders') }}
    where exchange_rate is not null

),

lines as (

    select
        trim(items.order_id) as order_id,
        items.quantity,
        {{ in_shop_currency('items.line_total', 'rates.exchange_rate') }} as line_total,
        {{ in_shop_currency('items.unit_price', 'rates.exchange_rate') }} as unit_price
    from {{ source('raw', 'order_items') }} as items
    left join rates on trim(items.order_id) = rates.order_id

)

select
    order_id,
    count(*) as item_count,
    cast(sum(quantity) as decimal(18, 3)) as total_quantity,
    cast(sum(line_total) as decimal(18, 2)) as items_total,
    cast(sum(unit_price) as decimal(18, 2)) as unit_prices
from lines
group by order_id
