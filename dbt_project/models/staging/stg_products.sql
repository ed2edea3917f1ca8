-- Waits for the checks of the orders: a refused landing shows through no staging table.
-- depends_on: {{ source('raw', 'orders') }}

with catalog as (

    select
        nullif(trim(product_id), '') as product_id,
        product_name,
        product_category,
        description,
        features,
        price,
        stock_quantity,
        unit_cost,
        -- A catalogue that names a product twice must not multiply the lines that join it.
        row_number() over (
            partition by nullif(trim(product_id), '')
            order by
                product_name, product_category, price, stock_quantity, unit_cost,
                description, features
        ) as occurrence
    from {{ source('raw', 'product_catalog') }}
    where nullif(trim(product_id), '') is not null

),

costed as (

    select
        *,
        cast(
            coalesce(unit_cost, round(price * {{ var('cost_ratio_when_unknown') }}, 2))
            as decimal(18, 2)
        ) as known_or_estimated_cost,
        case when stock_quantity > 0 then stock_quantity end as stock_on_hand
    from catalog
    where occurrence = 1

),

stock_quarters as (

    select
        product_id,
        floor(
            4 * cast(rank() over (order by stock_on_hand) - 1 as double precision)
            / count(*) over ()
        ) as stock_quarter
    from costed
    where stock_on_hand is not null

)

select
    costed.product_id,
    costed.product_name,
    costed.product_category,
    costed.description,
    costed.features,
    costed.price,
    costed.known_or_estimated_cost as unit_cost,
    costed.unit_cost is null and costed.known_or_estimated_cost is not null as is_cost_estimated,
    costed.price - costed.known_or_estimated_cost as margin,
    cast(costed.price - costed.known_or_estimated_cost as double precision)
    / nullif(costed.price, 0) * 100 as margin_percent,
    costed.stock_quantity,
    case
        when costed.stock_quantity is null then 'unknown'
        when costed.stock_quantity <= 0 then 'out_of_stock'
        when stock_quarters.stock_quarter = 0 then 'low'
        when stock_quarters.stock_quarter = 3 then 'high'
        else 'normal'
    end as stock_status
from costed
left join stock_quarters on costed.product_id = stock_quarters.product_id
