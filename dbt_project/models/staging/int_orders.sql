{%- set currency = var('currency') -%}

with orders as (

    select
        nullif(trim(order_id), '') as order_id,
        nullif(trim(customer_id), '') as customer_id,
        case
            when {{ text_literal(var('customers_by')) }} = 'email'
                then {{ guest_id('customer_email') }}
        end as guest_id,
        order_date,
        cast(order_date as date) as order_day,
        nullif(lower(trim(order_status)), '') as raw_status,
        total_amount,
        discount_percent,
        {{ net_amount() }} as net_amount,
        shipping_cost,
        coalesce(is_test, false) as is_test,
        upper(nullif(trim(currency), '')) as currency
    from {{ source('raw', 'orders') }}

),

statuses as (

    select * from {{ ref('order_statuses') }}

),

-- What came back of a returned order takes its sale back, so that the order stays a sale.
returned_orders as (

    select distinct nullif(trim(order_id), '') as order_id
    from {{ source('raw', 'returns') }}

),

shop_currency as (

    {% if currency is not none %}
        select upper({{ text_literal(currency) }}) as currency
    {% else %}
        select currency
        from orders
        where currency is not null
        group by currency
        order by count(*) desc nulls last, currency asc
        limit 1
    {% endif %}

),

counted as (

    select
        orders.*,
        case
            when orders.is_test then 'test_order'
            when orders.currency <> shop_currency.currency then 'other_currency'
        end as left_out_as,
        coalesce(statuses.order_status, 'unknown') as order_status,
        coalesce(statuses.is_demand, false) as is_demand,
        coalesce(statuses.is_revenue, false) as is_revenue,
        coalesce(statuses.order_status in ('returned', 'refunded'), false)
        and returned_orders.order_id is not null as is_returned_sale
    from orders
    left join statuses on orders.raw_status = statuses.raw_status
    left join returned_orders on orders.order_id = returned_orders.order_id
    left join shop_currency on true

)

select
    order_id,
    customer_id,
    guest_id,
    order_date,
    order_day,
    {{ first_of_month('order_date') }} as order_month,
    cast(extract(year from order_date) as integer) as order_year,
    {{ iso_day_of_week('order_date') }} as order_day_of_week,
    cast(extract(hour from order_date) as integer) as order_hour,
    order_status,
    left_out_as is null and (is_demand or is_returned_sale) as is_demand,
    left_out_as is null and (is_revenue or is_returned_sale) as is_revenue,
    left_out_as,
    total_amount,
    discount_percent,
    total_amount - net_amount as discount_amount,
    net_amount,
    shipping_cost,
    raw_status,
    currency
from counted
