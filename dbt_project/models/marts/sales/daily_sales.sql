with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

orders as (

    select
        orders.order_id,
        orders.order_day,
        orders.total_amount,
        orders.discount_amount,
        orders.net_amount,
        {{ is_revenue_order() }} as is_sale,
        {{ is_open_order() }} as is_open,
        case
            when customers.customer_id is null then 'unknown'
            -- The first revenue order ever of its customer; of two at one moment, the smaller id.
            when
                {{ is_revenue_order() }}
                and row_number() over (
                    partition by orders.customer_id, {{ is_revenue_order() }}
                    order by orders.order_date asc, orders.order_id asc
                ) = 1
                then 'new'
            else 'returning'
        end as customer_kind
    from {{ ref('stg_orders') }} as orders
    left join {{ ref('stg_customers') }} as customers
        on orders.customer_id = customers.customer_id
    where orders.is_demand

),

lines as (

    select * from {{ ref('stg_order_items') }}

),

products as (

    select * from {{ ref('stg_products') }}
    where not is_cost_estimated and unit_cost is not null

),

returns as (

    select * from {{ ref('stg_returns') }}
    where is_of_a_sale

),

order_days as (

    select
        order_day as sales_day,
        sum(case when is_sale then 1 else 0 end) as orders,
        sum(case when is_sale then total_amount end) as gross_sales,
        sum(case when is_sale then discount_amount end) as discounts,
        sum(case when is_sale then net_amount end) as sales,
        sum(case when is_sale and customer_kind = 'new' then 1 else 0 end)
            as new_customer_orders,
        sum(case when is_sale and customer_kind = 'new' then net_amount end)
            as new_customer_sales,
        sum(case when is_sale and customer_kind = 'returning' then 1 else 0 end)
            as returning_customer_orders,
        sum(case when is_sale and customer_kind = 'returning' then net_amount end)
            as returning_customer_sales,
        sum(case when is_sale and customer_kind = 'unknown' then 1 else 0 end)
            as unknown_customer_orders,
        sum(case when is_sale and customer_kind = 'unknown' then net_amount end)
            as unknown_customer_sales,
        sum(case when is_open then 1 else 0 end) as open_orders,
        sum(case when is_open then net_amount end) as open_amount
    from orders
    group by order_day

),

cost_days as (

    select
        orders.order_day as sales_day,
        sum(lines.quantity * products.unit_cost) as cost_of_goods,
        sum(lines.net_amount) as sales_with_cost
    from orders
    inner join lines on orders.order_id = lines.order_id
    inner join products on lines.product_id = products.product_id
    where orders.is_sale and lines.net_amount is not null
    group by orders.order_day

),

sale_day_returns as (

    select
        order_day as sales_day,
        sum(amount) as returns_of_these_sales
    from returns
    group by order_day

),

return_days as (

    select
        returned_day as sales_day,
        sum(amount) as returned_this_day
    from returns
    group by returned_day

),

known_days as (

    select sales_day from order_days
    union
    select sales_day from return_days

),

-- From the first day on which anything happened; DATE arithmetic that both engines write alike.
days as (

    {{ every_day('known_days', 'sales_day', 'clock', 'as_of_date') }}

),

figures as (

    select
        days.sales_day,
        coalesce(order_days.orders, 0) as orders,
        coalesce(order_days.gross_sales, 0) as gross_sales,
        coalesce(order_days.discounts, 0) as discounts,
        coalesce(order_days.sales, 0) as sales,
        coalesce(sale_day_returns.returns_of_these_sales, 0) as returns_of_these_sales,
        coalesce(return_days.returned_this_day, 0) as returned_this_day,
        coalesce(order_days.new_customer_orders, 0) as new_customer_orders,
        coalesce(order_days.new_customer_sales, 0) as new_customer_sales,
        coalesce(order_days.returning_customer_orders, 0) as returning_customer_orders,
        coalesce(order_days.returning_customer_sales, 0) as returning_customer_sales,
        coalesce(order_days.unknown_customer_orders, 0) as unknown_customer_orders,
        coalesce(order_days.unknown_customer_sales, 0) as unknown_customer_sales,
        coalesce(order_days.open_orders, 0) as open_orders,
        coalesce(order_days.open_amount, 0) as open_amount,
        cost_days.cost_of_goods,
        cost_days.sales_with_cost
    from days
    left join order_days on days.sales_day = order_days.sales_day
    left join cost_days on days.sales_day = cost_days.sales_day
    left join sale_day_returns on days.sales_day = sale_day_returns.sales_day
    left join return_days on days.sales_day = return_days.sales_day

)

select
    figures.sales_day as order_day,
    cast(figures.orders as bigint) as orders,
    cast(figures.gross_sales as decimal(18, 2)) as gross_sales,
    cast(figures.discounts as decimal(18, 2)) as discounts,
    cast(figures.sales as decimal(18, 2)) as sales,
    cast(figures.returns_of_these_sales as decimal(18, 2)) as returns_of_these_sales,
    cast(figures.returned_this_day as decimal(18, 2)) as returned_this_day,
    cast(figures.sales - figures.returns_of_these_sales as decimal(18, 2)) as net_sales,
    cast(figures.sales - figures.returned_this_day as decimal(18, 2)) as net_cash,
    cast(figures.new_customer_orders as bigint) as new_customer_orders,
    cast(figures.new_customer_sales as decimal(18, 2)) as new_customer_sales,
    cast(figures.returning_customer_orders as bigint) as returning_customer_orders,
    cast(figures.returning_customer_sales as decimal(18, 2)) as returning_customer_sales,
    cast(figures.unknown_customer_orders as bigint) as unknown_customer_orders,
    cast(figures.unknown_customer_sales as decimal(18, 2)) as unknown_customer_sales,
    cast(figures.open_orders as bigint) as open_orders,
    cast(figures.open_amount as decimal(18, 2)) as open_amount,
    {{
        is_settled(
            'figures.sales_day', 'figures.sales', 'figures.open_amount', 'clock.as_of_date'
        )
    }} as is_settled,
    cast(figures.cost_of_goods as decimal(18, 2)) as cost_of_goods,
    cast(figures.sales_with_cost - cast(figures.cost_of_goods as decimal(18, 2)) as decimal(18, 2))
        as gross_profit,
    cast(coalesce(figures.sales_with_cost, 0) as double precision)
    / nullif(figures.sales, 0) as cost_coverage,
    cast(figures.sales as double precision) / nullif(figures.orders, 0) as avg_order_value,
    clock.as_of_date
from figures
cross join clock
