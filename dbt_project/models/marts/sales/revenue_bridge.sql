with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

-- Straight from the landed orders, so that a mistake in staging is seen as unexplained.
raw_orders as (

    select
        {{ first_of_month('orders.order_date') }} as order_month,
        coalesce(
            orders.total_amount - orders.discount_amount,
            round(
                orders.total_amount
                - orders.total_amount * coalesce(orders.discount_percent, 0) * 0.01,
                2
            )
        ) as net_amount
    from {{ source('raw', 'orders') }} as orders
    cross join clock
    where
        cast(orders.order_date as date) <= clock.as_of_date
        and (
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
        )

),

raw_months as (

    select
        order_month,
        count(*) as orders,
        sum(net_amount) as amount
    from raw_orders
    where net_amount > 0
    group by order_month

),

staged_orders as (

    select
        orders.order_month,
        orders.net_amount,
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
    where {{ is_revenue_order() }}

),

staged_months as (

    select
        order_month,
        line,
        count(*) as orders,
        sum(net_amount) as amount
    from staged_orders
    group by order_month, line

),

entries as (

    select
        order_month,
        'raw_revenue_orders' as line,
        orders,
        amount
    from raw_months
    union all
    select
        order_month,
        'unexplained' as line,
        orders,
        amount
    from raw_months
    union all
    select
        order_month,
        'unexplained' as line,
        -orders as orders,
        -amount as amount
    from staged_months
    union all
    select
        order_month,
        line,
        orders,
        amount
    from staged_months

),

months as (

    select distinct order_month from entries

),

bridge_lines as (

    select bridge_lines.line
    from (
        values
        ('raw_revenue_orders'),
        ('without_known_customer'),
        ('before_signup'),
        ('in_cohorts'),
        ('unexplained')
    ) as bridge_lines (line)

)

select
    months.order_month,
    bridge_lines.line,
    cast(coalesce(sum(entries.orders), 0) as bigint) as orders,
    cast(coalesce(sum(entries.amount), 0) as decimal(18, 2)) as amount,
    clock.as_of_date
from months
cross join bridge_lines
cross join clock
left join entries
    on
        months.order_month = entries.order_month
        and bridge_lines.line = entries.line
group by months.order_month, bridge_lines.line, clock.as_of_date
