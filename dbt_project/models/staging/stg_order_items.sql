with lines as (

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
        int_orders.order_day
    from {{ ref('int_orders') }} as int_orders

),

clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

products as (

    select * from {{ ref('stg_products') }}

)

select
    lines.order_item_id,
    lines.order_id,
    lines.product_id,
    coalesce(products.product_name, lines.product_name) as product_name,
    coalesce(products.product_category, lines.product_category) as product_category,
    lines.quantity,
    lines.unit_price,
    lines.line_total,
    products.price as catalog_price,
    lines.unit_price - products.price as price_difference,
    case
        when products.price is null or lines.unit_price is null then 'unknown'
        when lines.unit_price < products.price then 'discounted'
        when lines.unit_price > products.price then 'premium'
        else 'standard'
    end as pricing_type,
    cast(lines.line_total as double precision) / nullif(lines.quantity, 0) as calculated_unit_price
from lines
inner join orders on lines.order_id = orders.order_id
cross join clock
left join products on lines.product_id = products.product_id
where orders.order_day <= clock.as_of_date
