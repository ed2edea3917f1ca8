with orders as (

    select * from {{ ref('stg_orders') }}

),

landed as (

    select
        order_id,
        coalesce(raw_status, '(none)') as status_word
    from {{ ref('int_orders') }}

),

customers as (

    select
        customer_id,
        signup_date
    from {{ ref('stg_customers') }}

),

placed as (

    select
        orders.order_id,
        orders.customer_id,
        orders.order_day,
        orders.total_amount,
        orders.items_total,
        orders.item_count,
        orders.net_amount,
        orders.currency,
        orders.exchange_rate,
        case
            when orders.left_out_as = 'test_order' then 'test order'
            when orders.left_out_as = 'other_currency' then 'another currency'
            when orders.order_status = 'unknown' then 'unknown status'
            when not orders.is_demand then 'cancelled and the like'
            when not orders.is_revenue then 'demand only'
            when orders.net_amount > 0 then 'counted as revenue'
            else 'not positive'
        end as reason,
        case
            when orders.left_out_as = 'other_currency' then orders.currency
            else landed.status_word
        end as word
    from orders
    inner join landed on orders.order_id = landed.order_id

),

words as (

    select
        reason,
        word,
        count(*) as orders,
        cast(sum(net_amount) as decimal(18, 2)) as amount,
        row_number() over (partition by reason order by count(*) desc nulls last, word) as place
    from (
        select
            reason,
            word,
            net_amount
        from placed
        union all
        select
            'converted' as reason,
            currency as word,
            net_amount
        from placed
        where reason = 'counted as revenue' and exchange_rate is not null
    ) as worded
    group by reason, word

),

reasons as (

    select
        reason,
        sum(orders) as orders,
        sum(amount) as amount,
        {%- for place in range(1, 11) %}
            {%- if place > 1 %} || {% endif %} coalesce(
                max(
                    case
                        when
                            place = {{ place }} then
                            {%- if place > 1 %} '; ' || {% endif %}
                            word || ': ' || cast(orders as varchar) || ' orders, '
                            || cast(amount as varchar)
                    end
                ),
                ''
            )
        {%- endfor %}
        || max(case when place = 11 then '; and others' else '' end) as examples
    from words
    group by reason

),

-- A revenue order can have none of these, or more than one. Its lines may differ from its total by
-- a cent each, and where converted by one at the rate.
remarks as (

    select
        placed.order_id,
        placed.net_amount,
        remark.reason
    from placed
    left join customers on placed.customer_id = customers.customer_id
    cross join (
        values
        ('guest'),
        ('customer in no customer row'),
        ('before signup'),
        ('lines disagree with the total'),
        ('without lines')
    ) as remark (reason)
    where
        placed.reason = 'counted as revenue'
        and case remark.reason
            when 'guest' then placed.customer_id is null
            when 'customer in no customer row'
                then placed.customer_id is not null and customers.customer_id is null
            when 'before signup' then placed.order_day < customers.signup_date
            when 'lines disagree with the total'
                then
                    abs(placed.total_amount - placed.items_total)
                    > 0.01 * placed.item_count * (1 + coalesce(placed.exchange_rate, 0))
                    and placed.item_count > 0
            else placed.item_count = 0
        end

),

remarked as (

    select
        reason,
        count(*) as orders,
        sum(net_amount) as amount,
        case
            when count(*) = 1 then min(order_id)
            else min(order_id) || ' to ' || max(order_id)
        end as examples
    from remarks
    group by reason

),

found as (

    select * from reasons
    union all
    select * from remarked

),

accounted as (

    select
        expected.reason,
        expected.part_of,
        coalesce(found.orders, 0) as orders,
        coalesce(found.amount, 0) as amount,
        found.examples
    from (
        values
        ('counted as revenue', 'all orders'),
        ('demand only', 'all orders'),
        ('cancelled and the like', 'all orders'),
        ('unknown status', 'all orders'),
        ('not positive', 'all orders'),
        ('another currency', 'all orders'),
        ('test order', 'all orders'),
        ('converted', 'revenue orders'),
        ('guest', 'revenue orders'),
        ('customer in no customer row', 'revenue orders'),
        ('before signup', 'revenue orders'),
        ('lines disagree with the total', 'revenue orders'),
        ('without lines', 'revenue orders')
    ) as expected (reason, part_of)
    left join found on expected.reason = found.reason

),

totals as (

    select
        sum(case when part_of = 'all orders' then orders end) as all_orders,
        sum(case when part_of = 'all orders' then amount end) as all_amount,
        sum(case when reason = 'counted as revenue' then orders end) as revenue_orders,
        sum(case when reason = 'counted as revenue' then amount end) as revenue
    from accounted

)

select
    accounted.reason,
    accounted.part_of,
    cast(accounted.orders as bigint) as orders,
    cast(accounted.amount as decimal(18, 2)) as amount,
    cast(accounted.orders as double precision)
    / nullif(
        case accounted.part_of
            when 'all orders' then totals.all_orders
            else totals.revenue_orders
        end,
        0
    ) as share_of_orders,
    cast(accounted.amount as double precision)
    / nullif(
        case accounted.part_of
            when 'all orders' then totals.all_amount
            else totals.revenue
        end,
        0
    ) as share_of_amount,
    accounted.examples,
    clock.as_of_date
from accounted
cross join totals
cross join {{ ref('stg_clock') }} as clock
