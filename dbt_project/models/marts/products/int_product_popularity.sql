{%- set excluded = var('excluded_product_ids') -%}

with catalogue as (

    select
        product_id,
        product_name,
        product_category
    from {{ ref('stg_products') }}

),

lines as (

    select
        items.order_id,
        items.product_id,
        items.product_name,
        items.product_category,
        orders.order_day,
        orders.is_demand
        and {{ days_between('orders.order_day', 'clock.as_of_date') }}
        < {{ var('recommendation_days') }}
        and returned.order_id is null as is_in_window
    from {{ ref('stg_order_items') }} as items
    inner join {{ ref('stg_orders') }} as orders on items.order_id = orders.order_id
    cross join {{ ref('stg_clock') }} as clock
    left join {{ ref('int_returned_products') }} as returned
        on
            items.order_id = returned.order_id
            and items.product_id = returned.product_id
    where items.product_id is not null and items.quantity > 0

),

basket_products as (

    select distinct
        order_id,
        product_id
    from lines
    where is_in_window

),

sold as (

    select
        product_id,
        count(*) as product_orders
    from basket_products
    group by product_id

),

-- A product that the catalogue lacks takes the name of its newest order's line.
named_lines as (

    select
        lines.product_id,
        lines.product_name,
        lines.product_category,
        row_number() over (
            partition by lines.product_id
            order by
                case when lines.product_name is null then 1 else 0 end,
                lines.order_day desc nulls last,
                lines.product_name desc nulls last,
                lines.product_category desc nulls last
        ) as occurrence
    from lines
    left join catalogue on lines.product_id = catalogue.product_id
    where lines.is_in_window and catalogue.product_id is null

),

products as (

    select
        product_id,
        product_name,
        product_category
    from catalogue

    union all

    select
        product_id,
        product_name,
        product_category
    from named_lines
    where occurrence = 1

)

select
    products.product_id,
    products.product_name,
    products.product_category,
    coalesce(sold.product_orders, 0) as product_orders
from products
left join sold on products.product_id = sold.product_id
{% if excluded %}
    where products.product_id not in (
        {%- for product_id in excluded -%}
            {{ text_literal(product_id) }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{% endif %}
