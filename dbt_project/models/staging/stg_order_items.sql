with landed as (

    select
        nullif(trim(order_item_id), '') as order_item_id,
        trim(order_id) as order_id,
        nullif(trim(product_id), '') as product_id,
        product_name,
        product_category,
        quantity,
        unit_price,
        line_total
    from {{ source('raw', 'order_items') }}

),

orders as (

    select
        int_orders.order_id,
        int_orders.order_day,
        int_orders.net_amount,
        int_orders.exchange_rate
    from {{ ref('int_orders') }} as int_orders

),

clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

lines as (

    select
        landed.order_item_id,
        landed.order_id,
        landed.product_id,
        landed.product_name,
        landed.product_category,
        landed.quantity,
        orders.net_amount as order_net_amount,
        {{ in_shop_currency('landed.unit_price', 'orders.exchange_rate') }} as unit_price,
        {{ in_shop_currency('landed.line_total', 'orders.exchange_rate') }} as line_total
    from landed
    inner join orders on landed.order_id = orders.order_id
    cross join clock
    where orders.order_day <= clock.as_of_date

),

shares as (

    select
        lines.*,
        -- The quotient is a double on one engine and a decimal on the other: to ten digits first,
        -- so that both round the same half cents up.
        case
            when sum(lines.line_total) over (partition by lines.order_id) > 0
                then
                    round(
                        cast(
                            cast(lines.order_net_amount as double precision)
                            * cast(coalesce(lines.line_total, 0) as double precision)
                            / nullif(
                                cast(
                                    sum(lines.line_total) over (partition by lines.order_id)
                                    as double precision
                                ),
                                0
                            )
                            as decimal(28, 10)
                        ),
                        2
                    )
        end as share_of_order,
        row_number() over (
            partition by lines.order_id
            order by
                coalesce(lines.line_total, 0) desc nulls last,
                lines.order_item_id asc,
                lines.product_id asc
        ) as place_by_size
    from lines

)

select
    shares.order_item_id,
    shares.order_id,
    shares.product_id,
    coalesce(products.product_name, shares.product_name) as product_name,
    coalesce(products.product_category, shares.product_category) as product_category,
    shares.quantity,
    shares.unit_price,
    shares.line_total,
    -- What rounding leaves over goes to the largest line, so that lines add up to their order.
    cast(
        case
            when shares.place_by_size = 1
                then
                    shares.order_net_amount
                    - sum(shares.share_of_order) over (partition by shares.order_id)
                    + shares.share_of_order
            else shares.share_of_order
        end
        as decimal(18, 2)
    ) as net_amount,
    products.price as catalog_price,
    shares.unit_price - products.price as price_difference,
    case
        when products.price is null or shares.unit_price is null then 'unknown'
        when shares.unit_price < products.price then 'discounted'
        when shares.unit_price > products.price then 'premium'
        else 'standard'
    end as pricing_type,
    cast(shares.line_total as double precision) / nullif(shares.quantity, 0)
        as calculated_unit_price
from shares
left join products on shares.product_id = products.product_id
