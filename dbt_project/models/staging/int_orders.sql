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
        -- The discount in money where it is given, else in percent. Exact in DECIMAL: dividing by
        -- 100 would make a DOUBLE on DuckDB, whose half cents round anyhow.
        cast(
            coalesce(
                total_amount - discount_amount,
                round(total_amount * (100 - coalesce(discount_percent, 0)) * 0.01, 2)
            )
            as decimal(18, 2)
        ) as net_amount,
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

-- Each rate holds from its day until that of the next one.
rates as (

    select
        rate,
        day as rate_day,
        upper(trim(currency)) as currency,
        lead(day) over (partition by upper(trim(currency)) order by day, rate) as next_day
    from {{ source('raw', 'exchange_rates') }}
    where rate > 0

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

-- By day and currency, so that orders, which are many, are joined by equality alone.
rates_of_days as (

    select
        foreign_days.order_day,
        foreign_days.currency,
        rates.rate,
        rates.rate_day
    from (
        select distinct
            orders.order_day,
            orders.currency
        from orders
        inner join shop_currency on orders.currency <> shop_currency.currency
    ) as foreign_days
    inner join rates
        on
            foreign_days.currency = rates.currency
            and foreign_days.order_day >= rates.rate_day
            and (foreign_days.order_day < rates.next_day or rates.next_day is null)

),

counted as (

    select
        orders.*,
        case
            when orders.is_test then 'test_order'
            when orders.currency <> shop_currency.currency and rates_of_days.rate is null
                then 'other_currency'
        end as left_out_as,
        rates_of_days.rate as exchange_rate,
        rates_of_days.rate_day as exchange_rate_day,
        coalesce(statuses.order_status, 'unknown') as order_status,
        coalesce(statuses.is_demand, false) as is_demand,
        coalesce(statuses.is_revenue, false) as is_revenue,
        coalesce(statuses.order_status in ('returned', 'refunded'), false)
        and returned_orders.order_id is not null as is_returned_sale
    from orders
    left join statuses on orders.raw_status = statuses.raw_status
    left join returned_orders on orders.order_id = returned_orders.order_id
    left join shop_currency on true
    left join rates_of_days
        on
            orders.order_day = rates_of_days.order_day
            and orders.currency = rates_of_days.currency

)

select
    order_id,
    customer_id,
    guest_id,
    order_date,
    order_day,
    {{ first_of_month('order_date') }} as order_month,
    cast(extract(year from order_date) as integer) as order_year,
    {{ monday_of('order_date') }} as order_week,
    {{ iso_day_of_week('order_date') }} as order_day_of_week,
    cast(extract(hour from order_date) as integer) as order_hour,
    order_status,
    left_out_as is null and (is_demand or is_returned_sale) as is_demand,
    left_out_as is null and (is_revenue or is_returned_sale) as is_revenue,
    left_out_as,
    {{ in_shop_currency('total_amount', 'exchange_rate') }} as total_amount,
    discount_percent,
    {{ in_shop_currency('total_amount', 'exchange_rate') }}
    - {{ in_shop_currency('net_amount', 'exchange_rate') }} as discount_amount,
    {{ in_shop_currency('net_amount', 'exchange_rate') }} as net_amount,
    {{ in_shop_currency('shipping_cost', 'exchange_rate') }} as shipping_cost,
    currency,
    exchange_rate,
    exchange_rate_day,
    raw_status
from counted
