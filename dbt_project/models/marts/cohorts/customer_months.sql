{{
    config(
        materialized='incremental',
        incremental_strategy='replace_months',
        on_schema_change='append_new_columns',
    )
}}

{%- set months = months_to_replace(ref('stg_orders')) %}

with customer_months as (

    select
        customer_id,
        order_month,
        min(order_day) as first_order_date,
        max(order_day) as last_order_date,
        count(*) as total_orders,
        cast(sum(net_amount) as decimal(18, 2)) as total_revenue,
        {{ orders_fingerprint() }} as part_of_fingerprint
    from {{ ref('stg_orders') }}
    where
        {{ is_revenue_order() }}
        {%- if months is not none %}
            and {{ in_months('order_date', months) }}
        {%- endif %}
    group by customer_id, order_month

),

fingerprints as (

    select
        order_month,
        cast(sum(part_of_fingerprint) as varchar) as orders_fingerprint
    from customer_months
    group by order_month

)

-- Orders without a customer are part of a month's fingerprint and leave after it: DuckDB would
-- compute their absence for each single order, at twice the cost of all the rest.
select
    customer_months.customer_id,
    customer_months.order_month,
    customer_months.first_order_date,
    customer_months.last_order_date,
    customer_months.total_orders,
    customer_months.total_revenue,
    fingerprints.orders_fingerprint
from customer_months
inner join fingerprints on customer_months.order_month = fingerprints.order_month
where customer_months.customer_id is not null
{%- for month in months or [] %}
    union all
    select
        cast(null as varchar) as customer_id,
        {{ date_literal(month) }} as order_month,
        cast(null as date) as first_order_date,
        cast(null as date) as last_order_date,
        cast(null as bigint) as total_orders,
        cast(null as decimal(18, 2)) as total_revenue,
        cast(null as varchar) as orders_fingerprint
{%- endfor %}
-- Rows of a month lie together, so that replacing it touches a small part of the table.
order by order_month
