with clock as (

    select as_of_date from {{ ref('stg_clock') }}

),

days as (

    select as_of_date as scored_on from clock
    union all
    select {{ month_before('as_of_date') }} as scored_on from clock

),

scores as (

    {{ customer_scores('days') }}

)

select * from scores
