-- Waits for the checks of the orders: what they stop shows in no realtime table.
-- depends_on: {{ ref('stg_orders') }}

with orders as (

    select * exclude (guest_id, raw_status, currency, exchange_rate, exchange_rate_day)
    from {{ ref('int_orders') }}

)

select
    orders.*,
    orders.net_amount + coalesce(orders.shipping_cost, 0) as final_amount,
    case
        when coalesce(orders.discount_percent, 0) <= 0 then 'none'
        when orders.discount_percent < 10 then 'low'
        when orders.discount_percent < 20 then 'medium'
        else 'high'
    end as discount_tier,
    case
        when orders.net_amount < {{ var('medium_order_from') }} then 'small'
        when orders.net_amount < {{ var('large_order_from') }} then 'medium'
        when orders.net_amount is not null then 'large'
    end as order_size
from orders
