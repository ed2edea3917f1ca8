with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

accounts as (

    select
        nullif(trim(customers.customer_id), '') as account_id,
        {{ guest_id('customers.email') }} as guest_id,
        customers.registration_date
    from {{ source('raw', 'customers') }} as customers
    cross join clock
    where
        (
            customers.registration_date <= clock.as_of_date
            or customers.registration_date is null
        )
        and nullif(trim(customers.customer_id), '') is not null
        and {{ text_literal(var('customers_by')) }} = 'email'

),

orders as (

    select
        orders.order_id,
        orders.customer_id as account_id,
        orders.guest_id
    from {{ ref('int_orders') }} as orders
    cross join clock
    where
        orders.order_day <= clock.as_of_date
        and orders.order_id is not null
        and {{ text_literal(var('customers_by')) }} = 'email'

),

-- The oldest account of an address is its person; one without an address is its own.
persons as (

    select
        account_id,
        guest_id,
        case
            when guest_id is null then account_id
            else
                first_value(account_id) over (
                    partition by guest_id
                    order by registration_date asc nulls last, account_id asc
                    rows between unbounded preceding and unbounded following
                )
        end as customer_id
    from accounts

),

addresses as (

    select
        guest_id,
        min(customer_id) as customer_id
    from persons
    where guest_id is not null
    group by guest_id

)

select
    'account' as kind,
    persons.account_id as id,
    min(persons.customer_id) as customer_id
from persons
group by persons.account_id
union all
select
    'order' as kind,
    orders.order_id as id,
    min(coalesce(persons.customer_id, addresses.customer_id, orders.guest_id)) as customer_id
from orders
left join persons on orders.account_id = persons.account_id
left join addresses on orders.guest_id = addresses.guest_id
where persons.account_id is not null or orders.guest_id is not null
group by orders.order_id
