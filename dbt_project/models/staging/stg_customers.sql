with customers as (

    select * from {{ source('raw', 'customers') }}

),

clock as (

    select as_of_date from {{ ref('stg_clock') }}

)

select
    nullif(trim(customers.customer_id), '') as customer_id,
    nullif(
        trim(
            coalesce(trim(customers.first_name), '') || ' '
            || coalesce(trim(customers.last_name), '')
        ),
        ''
    ) as customer_name,
    customers.first_name,
    customers.last_name,
    customers.email,
    customers.phone,
    customers.address,
    customers.city,
    customers.state,
    customers.zip_code,
    customers.customer_segment,
    customers.registration_date as signup_date,
    {{ first_of_month('customers.registration_date') }} as signup_month,
    cast(extract(year from customers.registration_date) as integer) as signup_year,
    {{ days_between('customers.registration_date', 'clock.as_of_date') }} as days_since_signup
from customers
cross join clock
where
    customers.registration_date <= clock.as_of_date
    or customers.registration_date is null
