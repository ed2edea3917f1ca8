-- Waits for the checks of the orders: a refused landing shows through no staging table.
-- depends_on: {{ source('raw', 'orders') }}

select
    trim(order_id) as order_id,
    count(*) as item_count,
    cast(sum(quantity) as decimal(18, 3)) as total_quantity,
    cast(sum(line_total) as decimal(18, 2)) as items_total,
    cast(sum(unit_price) as decimal(18, 2)) as unit_prices
from {{ source('raw', 'order_items') }}
group by trim(order_id)
