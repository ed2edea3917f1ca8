with customers as (

    select * from {{ ref('customer_lifetime_value') }}

),

segments as (

    select * from {{ ref('rfm_segments') }}

)

select
    customers.customer_id,
    customers.customer_name,
    customers.recency_score,
    customers.frequency_score,
    customers.monetary_score,
    customers.rfm_score,
    customers.total_revenue,
    customers.total_orders,
    customers.avg_order_value,
    customers.value_tier,
    customers.customer_status,
    case
        when customers.customer_status = 'never_purchased' then 'prospects'
        else segments.behavioral_segment
    end as behavioral_segment,
    case
        when customers.customer_status = 'never_purchased'
            then 'Welcome offer for the first order'
        else segments.recommended_action
    end as recommended_action,
    case
        when customers.customer_status = 'never_purchased' then 11
        else segments.segment_priority
    end as segment_priority,
    customers.as_of_date
from customers
left join segments
    on
        customers.recency_score = segments.recency_score
        and floor((customers.frequency_score + customers.monetary_score + 1) / 2)
        = segments.frequency_monetary_score
