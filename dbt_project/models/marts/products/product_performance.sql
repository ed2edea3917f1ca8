with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

catalogue as (

    select * from {{ ref('stg_products') }}

),

orders as (

    select * from {{ ref('stg_orders') }}
    where {{ is_revenue_order() }}

),

lines as (

    select
        items.order_id,
        items.product_id,
        items.product_name,
        items.product_category,
        items.quantity,
        items.net_amount,
        orders.customer_id,
        orders.order_day,
        {{ days_between('orders.order_day', 'clock.as_of_date') }} < {{ var('lookback_days') }}
            as is_in_window
    from {{ ref('stg_order_items') }} as items
    inner join orders on items.order_id = orders.order_id
    cross join clock
    where items.product_id is not null

),

sold as (

    select
        product_id,
        count(distinct order_id) as orders,
        count(distinct customer_id) as buyers,
        sum(quantity) as units_sold,
        sum(net_amount) as sales,
        sum(case when net_amount is not null then quantity end) as units_with_amount,
        min(order_day) as first_sold_day,
        max(order_day) as last_sold_day,
        sum(case when is_in_window then quantity end) as lookback_units_sold,
        sum(case when is_in_window then net_amount end) as lookback_sales
    from lines
    group by product_id

),

-- Whatever came back stands with what was sold then, of which it is a part.
returned as (

    select
        came_back.product_id,
        sum(came_back.quantity) as units_returned,
        sum(came_back.amount) as returned_amount,
        sum(
            case
                when
                    {{ days_between('came_back.order_day', 'clock.as_of_date') }}
                    < {{ var('lookback_days') }}
                    then came_back.amount
            end
        ) as lookback_returned_amount
    from {{ ref('stg_returns') }} as came_back
    cross join clock
    where came_back.is_of_a_sale and came_back.product_id is not null
    group by came_back.product_id

),

named_lines as (

    select
        product_id,
        product_name,
        product_category,
        row_number() over (
            partition by product_id
            order by
                case when product_name is null then 1 else 0 end,
                order_day desc nulls last,
                product_name desc nulls last,
                product_category desc nulls last
        ) as occurrence
    from lines

),

products as (

    select product_id from catalogue
    union
    select product_id from sold
    union
    select product_id from returned

),

figures as (

    select
        products.product_id,
        coalesce(catalogue.product_name, named_lines.product_name) as product_name,
        coalesce(catalogue.product_category, named_lines.product_category) as product_category,
        coalesce(sold.orders, 0) as orders,
        coalesce(sold.buyers, 0) as buyers,
        cast(coalesce(sold.units_sold, 0) as decimal(18, 3)) as units_sold,
        cast(coalesce(sold.sales, 0) as decimal(18, 2)) as sales,
        cast(coalesce(returned.units_returned, 0) as decimal(18, 3)) as units_returned,
        cast(coalesce(returned.returned_amount, 0) as decimal(18, 2)) as returned_amount,
        case
            when not catalogue.is_cost_estimated and sold.sales is not null
                then
                    cast(
                        sold.sales
                        - cast(sold.units_with_amount * catalogue.unit_cost as decimal(18, 2))
                        as decimal(18, 2)
                    )
        end as gross_profit,
        sold.first_sold_day,
        sold.last_sold_day,
        cast(coalesce(sold.lookback_units_sold, 0) as decimal(18, 3)) as lookback_units_sold,
        cast(coalesce(sold.lookback_sales, 0) as decimal(18, 2)) as lookback_sales,
        cast(
            coalesce(sold.lookback_sales, 0) - coalesce(returned.lookback_returned_amount, 0)
            as decimal(18, 2)
        ) as lookback_net_sales
    from products
    left join catalogue on products.product_id = catalogue.product_id
    left join sold on products.product_id = sold.product_id
    left join returned on products.product_id = returned.product_id
    left join named_lines
        on
            products.product_id = named_lines.product_id
            and named_lines.occurrence = 1

)

select
    figures.product_id,
    figures.product_name,
    figures.product_category,
    figures.orders,
    figures.buyers,
    figures.units_sold,
    figures.sales,
    figures.units_returned,
    figures.returned_amount,
    cast(figures.units_returned as double precision)
    / nullif(cast(figures.units_sold as double precision), 0) as return_rate,
    -- An interval is of a part of a whole; more than was sold came back where lines are missing.
    case
        when figures.units_returned between 0 and figures.units_sold
            then {{ wilson_lower_bound('figures.units_returned', 'figures.units_sold') }}
    end as return_rate_lower_bound,
    case
        when figures.units_returned between 0 and figures.units_sold
            then {{ wilson_upper_bound('figures.units_returned', 'figures.units_sold') }}
    end as return_rate_upper_bound,
    cast(figures.sales - figures.returned_amount as decimal(18, 2)) as net_sales,
    cast(figures.sales - figures.returned_amount as double precision)
    / nullif(
        cast(sum(figures.sales - figures.returned_amount) over () as double precision), 0
    ) as share_of_net_sales,
    figures.gross_profit,
    100 * cast(figures.gross_profit as double precision)
    / nullif(cast(figures.sales as double precision), 0) as margin_percent,
    figures.first_sold_day,
    figures.last_sold_day,
    figures.lookback_units_sold,
    figures.lookback_sales,
    figures.lookback_net_sales,
    clock.as_of_date
from figures
cross join clock
