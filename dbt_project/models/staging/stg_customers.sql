with customers as (

    select * from {{ source('raw', 'customers') }}

),

clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

-- Without rows where customers are not by e-mail.
persons as (

    select * from {{ ref('int_persons') }}

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
    (
        customers.registration_date <= clock.as_of_date
        or customers.registration_date is null
    )
    -- Of the accounts of one address the oldest is its person.
    and coalesce(trim(customers.customer_id), '') not in (
        select known.id
        from persons as known
        where known.kind = 'account' and known.id <> known.customer_id
    )
union all
select distinct
    guests.customer_id,
    cast(null as varchar) as customer_name,
    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    cast(null as varchar) as email,
    cast(null as varchar) as phone,
    cast(null as varchar) as address,
    cast(null as varchar) as city,
    cast(null as varchar) as state,
    cast(null as varchar) as zip_code,
    cast(null as varchar) as customer_segment,
    cast(null as date) as signup_date,
    cast(null as date) as signup_month,
    cast(null as integer) as signup_year,
    cast(null as integer) as days_since_signup
from persons as guests
where
    guests.kind = 'order'
    and guests.customer_id not in (
        select known.customer_id
        from persons as known
        where known.kind = 'account'
    )
