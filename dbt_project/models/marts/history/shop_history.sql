{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        tmp_relation_type='transient',
        unique_key='as_of_date',
        on_schema_change='append_new_columns',
        full_refresh=false
    )
}}

{%- set first_asked, last_asked = var('history_from'), var('history_to') -%}
{#- dbt compile --no-introspect cannot look whether the table is there. -#}
{%- set is_later_run = flags.INTROSPECT is not false and is_incremental() -%}
{%- set active_days = var('active_customer_days') -%}
{%- set segments = [
    'champions', 'loyal', 'potential_loyalists', 'new_customers', 'promising', 'needs_attention',
    'about_to_sleep', 'at_risk', 'cant_lose_them', 'hibernating', 'lost', 'prospects'
] -%}

with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

customers as (

    select
        customer_id,
        {% if var('cohort_basis') == 'signup' %}
            signup_date,
            signup_month
        {% else %}
            cast(null as date) as signup_date,
            cast(null as date) as signup_month
        {% endif %}
    from {{ ref('stg_customers') }}

),

orders as (

    select
        customer_id,
        order_id,
        order_day,
        order_month,
        net_amount,
        {{ is_revenue_order() }} as is_sale,
        {{ is_open_order() }} as is_open
    from {{ ref('stg_orders') }}

),

returns as (

    select * from {{ ref('stg_returns') }}
    where is_of_a_sale

),

order_days as (

    select
        order_day,
        count(case when is_sale then 1 end) as orders,
        coalesce(sum(case when is_sale then net_amount end), 0) as sales,
        coalesce(sum(case when is_open then net_amount end), 0) as open_amount
    from orders
    group by order_day

),

open_days as (

    select order_day
    from order_days
    where {{ is_open_day('sales', 'open_amount') }}

),

first_orders as (

    select min(order_day) as order_day
    from orders
    where is_sale

),

{% if first_asked is not none or last_asked is not none -%}
    range_asked as (

        select
            {% if first_asked is not none %}
                greatest(cast({{ text_literal(first_asked) }} as date), first_orders.order_day)
            {% else %}
                first_orders.order_day
            {% endif %} as scored_on,
            {% if last_asked is not none %}
                least(cast({{ text_literal(last_asked) }} as date), clock.as_of_date) as last_day
            {% else %}
                clock.as_of_date as last_day
            {% endif %}
        from clock
        cross join first_orders
        where first_orders.order_day is not null

    ),

    first_asked as (

        select scored_on from range_asked
        where scored_on <= last_day

    ),

    asked as (

        {{ every_day('first_asked', 'scored_on', 'range_asked', 'last_day') }}

    ),
{%- else -%}
    {%- if is_later_run -%}
        -- Open when they were filled, and settled now.
        settled_since as (

            select filled.as_of_date
            from {{ this }} as filled
            left join open_days
                on
                    filled.as_of_date >= open_days.order_day
                    and {{ unsettles('open_days.order_day', 'filled.as_of_date') }}
            where not filled.is_settled
            group by filled.as_of_date
            having count(open_days.order_day) = 0

        ),

        earlier as (

            select count(*) as filled_days
            from {{ this }} as filled
            inner join clock on filled.as_of_date < clock.as_of_date

        ),
    {%- endif %}

    year_before as (

        {% for days_back in range(28, 393, 28) -%}
            select cast(as_of_date - interval '{{ days_back }} day' as date) as scored_on
            from clock
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    ),

    -- The day of the run. Without an earlier one, also one day in four weeks of the year before.
    asked as (

        select as_of_date as scored_on from clock
        union
        {% if is_later_run %}
            select as_of_date as scored_on from settled_since
            union
            select year_before.scored_on
            from year_before
            inner join earlier on earlier.filled_days = 0
        {% else %}
            select scored_on from year_before
        {% endif %}

    ),
{%- endif %}

days as (

    select asked.scored_on
    from asked
    cross join clock
    cross join first_orders
    where asked.scored_on >= first_orders.order_day and asked.scored_on <= clock.as_of_date

),

scores as (

    {{ customer_scores('days') }}

),

segmented as (

    {{ customer_segments('scores') }}

),

customer_days as (

    select
        scored_on,
        count(*) as registered_customers,
        count(recency_score) as buyers,
        count(case when days_since_last_order <= {{ active_days }} then 1 end)
            as active_customers,
        count(
            case
                when
                    days_since_last_order > {{ active_days }}
                    and days_since_last_order <= 2 * {{ active_days }}
                    then 1
            end
        ) as at_risk_customers,
        count(case when days_since_last_order > 2 * {{ active_days }} then 1 end)
            as churned_customers,
        {%- for segment in segments %}
            count(case when behavioral_segment = '{{ segment }}' then 1 end)
                as segment_{{ segment }},
        {%- endfor %}
        count(case when {{ days_between('first_order_date', 'scored_on') }} < 28 then 1 end)
            as new_buyers_28d
    from segmented
    group by scored_on

),

sales_days as (

    select
        days.scored_on,
        sum(order_days.orders) as orders,
        sum(order_days.sales) as sales
    from days
    inner join order_days
        on
            days.scored_on >= order_days.order_day
            and {{ days_between('order_days.order_day', 'days.scored_on') }} < 28
    group by days.scored_on

),

-- As is_settled of daily_sales says of the day itself, built at that day.
unsettled as (

    select days.scored_on
    from days
    inner join open_days
        on
            days.scored_on >= open_days.order_day
            and {{ unsettles('open_days.order_day', 'days.scored_on') }}
    group by days.scored_on

),

return_days as (

    select
        days.scored_on,
        sum(returns.amount) as returned_amount
    from days
    inner join returns
        on
            days.scored_on >= returns.returned_day
            and days.scored_on >= returns.order_day
            and {{ days_between('returns.order_day', 'days.scored_on') }} < 28
    group by days.scored_on

),

cohort_orders as (

    select
        customers.customer_id,
        customers.signup_month,
        orders.order_month
    from orders
    inner join customers on orders.customer_id = customers.customer_id
    where
        orders.is_sale
        and (customers.signup_date is null or orders.order_day >= customers.signup_date)
    group by customers.customer_id, customers.signup_month, orders.order_month

),

members as (

    select
        customer_id,
        signup_month as cohort_month
    from customers
    where signup_month is not null
    union all
    select
        customer_id,
        min(order_month) as cohort_month
    from cohort_orders
    where signup_month is null
    group by customer_id

),

cohorts as (

    select
        members.cohort_month,
        count(*) as cohort_size,
        count(cohort_orders.customer_id) as came_back
    from members
    left join cohort_orders
        on
            members.customer_id = cohort_orders.customer_id
            and cohort_orders.order_month
            = cast(members.cohort_month + interval '1 month' as date)
    group by members.cohort_month

),

-- Each cohort from the last day of its month 1 to the day before that of the next one.
newest_cohorts as (

    select
        *,
        cast(cohort_month + interval '2 month' as date) as first_day_after,
        cast(lead(cohort_month) over (order by cohort_month) + interval '2 month' as date)
            as next_first_day_after
    from cohorts

)

select
    days.scored_on as as_of_date,
    clock.as_of_date as known_up_to,
    unsettled.scored_on is null as is_settled,
    {%- for count in ['registered_customers', 'buyers', 'active_customers', 'at_risk_customers',
        'churned_customers', 'new_buyers_28d'] %}
        cast(coalesce(customer_days.{{ count }}, 0) as bigint) as {{ count }},
    {%- endfor %}
    cast(coalesce(sales_days.orders, 0) as bigint) as orders_28d,
    cast(coalesce(sales_days.sales, 0) as decimal(18, 2)) as sales_28d,
    cast(coalesce(sales_days.sales, 0) - coalesce(return_days.returned_amount, 0) as decimal(18, 2))
        as net_sales_28d,
    cast(sales_days.sales as double precision) / nullif(sales_days.orders, 0)
        as avg_order_value_28d,
    {%- for segment in segments %}
        cast(coalesce(customer_days.segment_{{ segment }}, 0) as bigint) as segment_{{ segment }},
    {%- endfor %}
    newest_cohorts.cohort_month,
    cast(newest_cohorts.cohort_size as bigint) as cohort_size,
    cast(newest_cohorts.came_back as double precision) / nullif(newest_cohorts.cohort_size, 0)
        as month_1_retention
from days
cross join clock
left join customer_days on days.scored_on = customer_days.scored_on
left join sales_days on days.scored_on = sales_days.scored_on
left join unsettled on days.scored_on = unsettled.scored_on
left join return_days on days.scored_on = return_days.scored_on
left join newest_cohorts
    on
        newest_cohorts.first_day_after <= cast(days.scored_on + interval '1 day' as date)
        and (
            newest_cohorts.next_first_day_after is null
            or newest_cohorts.next_first_day_after
            > cast(days.scored_on + interval '1 day' as date)
        )
