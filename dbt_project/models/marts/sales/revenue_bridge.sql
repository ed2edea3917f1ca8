{%- set landed_net_amount -%}
    cast(
        coalesce(
            orders.total_amount - orders.discount_amount,
            round(
                orders.total_amount
                - orders.total_amount * coalesce(orders.discount_percent, 0) * 0.01,
                2
            )
        )
        as decimal(18, 2)
    )
{%- endset -%}

with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

rates as (

    select
        order_id,
        exchange_rate
    from {{ ref('int_orders') }}
    where exchange_rate is not null

),

-- Straight from the landed orders, so that a mistake in staging is seen as unexplained.
landed_orders as (

    select
        trim(orders.order_id) as order_id,
        {{ first_of_month('orders.order_date') }} as order_month,
        cast(orders.order_date as date) as order_day,
        rates.exchange_rate,
        {{ in_shop_currency(landed_net_amount, 'rates.exchange_rate') }} as net_amount,
        (
            lower(trim(orders.order_status)) in (
                select statuses.raw_status
                from {{ ref('order_statuses') }} as statuses
                where statuses.is_revenue
            )
            or (
                lower(trim(orders.order_status)) in (
                    select statuses.raw_status
                    from {{ ref('order_statuses') }} as statuses
                    where statuses.order_status in ('returned', 'refunded')
                )
                and trim(orders.order_id) in (
                    select trim(returned.order_id)
                    from {{ source('raw', 'returns') }} as returned
                    where returned.order_id is not null
                )
            )
        )
        and coalesce(trim(orders.order_id), '') not in (
            select left_out.order_id
            from {{ ref('int_orders') }} as left_out
            where left_out.left_out_as is not null and left_out.order_id is not null
        ) as is_counted
    from {{ source('raw', 'orders') }} as orders
    cross join clock
    left join rates on trim(orders.order_id) = rates.order_id
    where cast(orders.order_date as date) <= clock.as_of_date

),

raw_orders as (

    select * from landed_orders
    where is_counted and net_amount > 0

),

staged_orders as (

    select
        orders.order_id,
        orders.order_month,
        orders.net_amount,
        case
            when orders.left_out_as = 'test_order' then 'test_orders'
            when orders.left_out_as is not null then 'other_currency'
            when orders.order_status = 'unknown' then 'unknown_status'
            when not orders.is_demand then 'cancelled'
            when not orders.is_revenue then 'demand_only'
            when coalesce(orders.net_amount, 0) <= 0 then 'not_positive'
        end as left_out_line,
        case
            when customers.customer_id is null then 'without_known_customer'
            {%- if var('cohort_basis') == 'signup' %}
                when orders.order_day < customers.signup_date then 'before_signup'
            {%- endif %}
            else 'in_cohorts'
        end as line
    from {{ ref('stg_orders') }} as orders
    left join {{ ref('stg_customers') }} as customers
        on orders.customer_id = customers.customer_id

),

sales as (

    select * from staged_orders
    where left_out_line is null

),

lines_of_orders as (

    select
        order_id,
        sum(net_amount) as net_amount
    from {{ ref('stg_order_items') }}
    where net_amount is not null
    group by order_id

),

staged_returns as (

    select
        found.order_id,
        found.amount,
        found.is_of_a_sale,
        {{ first_of_month('found.order_day') }} as order_month,
        {{ first_of_month('found.returned_day') }} as returned_month
    from {{ ref('stg_returns') }} as found

),

raw_returns as (

    select
        trim(landed.order_id) as order_id,
        {{ return_in_shop_currency(
            'landed.amount',
            'orders.exchange_rate',
            'trim(landed.order_id)',
            'coalesce(cast(landed.returned_at as date), orders.order_day), trim(landed.return_id)'
        ) }} as amount,
        {{ first_of_month('coalesce(landed.returned_at, clock.as_of_date)') }} as returned_month
    from {{ source('raw', 'returns') }} as landed
    cross join clock
    left join landed_orders as orders on trim(landed.order_id) = orders.order_id
    where
        landed.returned_at is null
        or cast(landed.returned_at as date) <= clock.as_of_date

),

entries as (

    select
        order_month,
        'all_orders' as line,
        1 as orders,
        net_amount as amount
    from landed_orders
    where order_id <> ''
    union all
    select
        order_month,
        left_out_line as line,
        1 as orders,
        net_amount as amount
    from staged_orders
    where left_out_line is not null
    union all
    select
        order_month,
        'raw_revenue_orders' as line,
        1 as orders,
        net_amount as amount
    from raw_orders
    union all
    select
        order_month,
        'unexplained' as line,
        1 as orders,
        net_amount as amount
    from raw_orders
    union all
    select
        order_month,
        'unexplained' as line,
        -1 as orders,
        -net_amount as amount
    from sales
    union all
    select
        order_month,
        line,
        1 as orders,
        net_amount as amount
    from sales
    union all
    select
        sales.order_month,
        case when lines_of_orders.order_id is null then 'without_lines' else 'on_lines' end as line,
        1 as orders,
        coalesce(lines_of_orders.net_amount, sales.net_amount) as amount
    from sales
    left join lines_of_orders on sales.order_id = lines_of_orders.order_id
    union all
    select
        raw_orders.order_month,
        'returned' as line,
        1 as orders,
        raw_returns.amount
    from raw_returns
    inner join raw_orders on raw_returns.order_id = raw_orders.order_id
    union all
    select
        staged_returns.order_month,
        'returned_' || sales.line as line,
        1 as orders,
        staged_returns.amount
    from staged_returns
    inner join sales on staged_returns.order_id = sales.order_id
    union all
    select
        returned_month as order_month,
        case when is_of_a_sale then 'returned_this_month' else 'returned_of_no_sale' end as line,
        1 as orders,
        amount
    from staged_returns
    union all
    select
        raw_returns.returned_month as order_month,
        'returned_of_unknown_orders' as line,
        1 as orders,
        raw_returns.amount
    from raw_returns
    left join staged_orders on raw_returns.order_id = staged_orders.order_id
    where staged_orders.order_id is null

),

sums as (

    select
        order_month,
        line,
        sum(orders) as orders,
        sum(amount) as amount
    from entries
    group by order_month, line

),

months as (

    select distinct order_month from sums

),

bridge_lines as (

    select
        bridge_lines.line,
        bridge_lines.part_of,
        bridge_lines.split
    from (
        values
        ('all_orders', 'total', 'total'),
        ('demand_only', 'all_orders', 'by reason'),
        ('cancelled', 'all_orders', 'by reason'),
        ('unknown_status', 'all_orders', 'by reason'),
        ('not_positive', 'all_orders', 'by reason'),
        ('other_currency', 'all_orders', 'by reason'),
        ('test_orders', 'all_orders', 'by reason'),
        ('raw_revenue_orders', 'all_orders', 'by reason'),
        ('without_known_customer', 'raw_revenue_orders', 'by customer'),
        ('before_signup', 'raw_revenue_orders', 'by customer'),
        ('in_cohorts', 'raw_revenue_orders', 'by customer'),
        ('unexplained', 'raw_revenue_orders', 'by customer'),
        ('on_lines', 'raw_revenue_orders', 'by product line'),
        ('without_lines', 'raw_revenue_orders', 'by product line'),
        ('returned', 'total', 'total'),
        ('returned_without_known_customer', 'returned', 'by customer'),
        ('returned_before_signup', 'returned', 'by customer'),
        ('returned_in_cohorts', 'returned', 'by customer'),
        ('returned_this_month', 'total', 'by day of return'),
        ('returned_of_no_sale', 'total', 'left out'),
        ('returned_of_unknown_orders', 'total', 'left out')
    ) as bridge_lines (line, part_of, split)

)

select
    months.order_month,
    bridge_lines.line,
    bridge_lines.part_of,
    bridge_lines.split,
    cast(coalesce(sums.orders, 0) as bigint) as orders,
    cast(coalesce(sums.amount, 0) as decimal(18, 2)) as amount,
    clock.as_of_date
from months
cross join bridge_lines
cross join clock
left join sums
    on
        months.order_month = sums.order_month
        and bridge_lines.line = sums.line
