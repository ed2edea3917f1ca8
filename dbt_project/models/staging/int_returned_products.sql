with bought as (

    select
        order_id,
        product_id,
        sum(quantity) as units,
        sum(net_amount) as amount
    from {{ ref('stg_order_items') }}
    where quantity > 0 and product_id is not null
    group by order_id, product_id

),

returns as (

    select * from {{ ref('stg_returns') }}

),

returned as (

    select
        order_id,
        product_id,
        sum(quantity) as units,
        sum(amount) as amount,
        sum(case when quantity is null then 1 else 0 end) as without_quantity,
        max(returned_day) as returned_day
    from returns
    where product_id is not null
    group by order_id, product_id

),

returned_orders as (

    select
        returns.order_id,
        max(returns.returned_day) as returned_day
    from returns
    inner join {{ ref('stg_orders') }} as orders on returns.order_id = orders.order_id
    where orders.net_amount > 0
    group by returns.order_id
    having sum(returns.amount) >= max(orders.net_amount)

)

select
    bought.order_id,
    bought.product_id,
    coalesce(returned_orders.returned_day, returned.returned_day) as returned_day
from bought
left join returned
    on
        bought.order_id = returned.order_id
        and bought.product_id = returned.product_id
left join returned_orders on bought.order_id = returned_orders.order_id
where
    returned_orders.order_id is not null
    or returned.units >= bought.units
    or (returned.without_quantity > 0 and bought.amount > 0 and returned.amount >= bought.amount)
