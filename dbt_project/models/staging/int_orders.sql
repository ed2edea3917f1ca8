with orders as (

    select
        nullif(trim(order_id), '') as order_id,
        nullif(trim(customer_id), '') as customer_id,
        order_date,
        cast(order_date as date) as order_day,
        lower(trim(order_status)) as raw_status,
        total_amount,
        discount_percent,
        {{ net_amount() }} as net_amount,
        shipping_cost
    from {{ source('raw', 'orders') }}

),

statuses as (

    select * from {{ ref('order_statuses') }}

)

select
    orders.order_id,
    orders.customer_id,
    orders.order_date,
    orders.order_day,
    {{ first_of_month('orders.order_date') }} as order_month,
    cast(extract(year from orders.order_date) as integer) as order_year,
    {{ iso_day_of_week('orders.order_date') }} as order_day_of_week,
    cast(extract(hour from orders.order_date) as integer) as order_hour,
    coalesce(statuses.order_status, 'unknown') as order_status,
    coalesce(statuses.is_demand, false) as is_demand,
    coalesce(statuses.is_revenue, false) as is_revenue,
    orders.total_amount,
    orders.discount_percent,
    orders.total_amount - orders.net_amount as discount_amount,
    orders.net_amount,
    orders.shipping_cost
from orders
left join statuses on orders.raw_status = statuses.raw_status
