with customers as (

    select * from {{ ref('customer_lifetime_value') }}

),

segmented as (

    {{ customer_segments('customers') }}

)

select
    customer_id,
    customer_name,
    recency_score,
    frequency_score,
    monetary_score,
    rfm_score,
    total_revenue,
    total_orders,
    avg_order_value,
    value_tier,
    customer_status,
    behavioral_segment,
    recommended_action,
    segment_priority,
    as_of_date
from segmented
