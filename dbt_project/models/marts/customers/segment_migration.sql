with clock as (

    select
        as_of_date,
        {{ month_before('as_of_date') }} as compared_with_date
    from {{ ref('stg_clock') }}

),

scores as (

    select * from {{ ref('int_customer_scores') }}

),

customers_now as (

    select * from {{ ref('customer_segmentation') }}

),

scored_before as (

    select scores.*
    from scores
    inner join clock on scores.scored_on = clock.compared_with_date

),

customers_before as (

    {{ customer_segments('scored_before') }}

),

moves as (

    select
        case
            when customers_before.customer_id is null then 'not_yet_customer'
            else customers_before.behavioral_segment
        end as segment_before,
        customers_now.behavioral_segment as segment_now,
        coalesce(customers_before.total_revenue, 0) as revenue_before,
        customers_now.total_revenue as revenue_now
    from customers_now
    left join customers_before on customers_now.customer_id = customers_before.customer_id

)

select
    moves.segment_before,
    moves.segment_now,
    count(*) as customers,
    cast(sum(moves.revenue_before) as decimal(18, 2)) as revenue_before,
    cast(sum(moves.revenue_now) as decimal(18, 2)) as revenue_now,
    clock.compared_with_date,
    clock.as_of_date
from moves
cross join clock
group by
    moves.segment_before,
    moves.segment_now,
    clock.compared_with_date,
    clock.as_of_date
