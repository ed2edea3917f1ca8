{%- set excluded = var('excluded_product_ids') -%}

with affinity as (

    select * from {{ source('analytics', 'product_affinity') }}

),

directed as (

    select
        product_a_id as source_product_id,
        product_a_name as source_product_name,
        product_a_category as source_category,
        product_a_orders as source_orders,
        product_b_id as recommended_product_id,
        product_b_name as recommended_product_name,
        product_b_category as recommended_category,
        confidence_a_to_b as confidence,
        lift,
        adjusted_lift,
        adjusted_lift_lower_bound,
        q_value,
        times_bought_together,
        affinity_strength
    from affinity

    union all

    select
        product_b_id,
        product_b_name,
        product_b_category,
        product_b_orders,
        product_a_id,
        product_a_name,
        product_a_category,
        confidence_b_to_a,
        lift,
        adjusted_lift,
        adjusted_lift_lower_bound,
        q_value,
        times_bought_together,
        affinity_strength
    from affinity

),

candidates as (

    select
        *,
        {{ wilson_lower_bound('times_bought_together', 'source_orders') }}
            as confidence_lower_bound,
        coalesce(q_value <= 0.05 and adjusted_lift_lower_bound > 1.2, false) as is_related
    from directed
    {% if excluded %}
        where recommended_product_id not in ({{ text_literals(excluded) }})
    {% endif %}

),

scored as (

    select
        *,
        -- Rounded, so that the last bit, where engines differ, decides no rank.
        round(
            case
                when is_related then confidence_lower_bound * (1 + ln(adjusted_lift_lower_bound))
                else confidence_lower_bound
            end,
            9
        ) as score
    from candidates

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_product_id
            order by
                score desc nulls last,
                times_bought_together desc nulls last,
                recommended_product_id asc
        ) as recommendation_rank
    from scored

)

select
    source_product_id,
    source_product_name,
    source_category,
    recommended_product_id,
    recommended_product_name,
    recommended_category,
    cast(recommendation_rank as integer) as recommendation_rank,
    case when is_related then 'affinity' else 'co_purchase' end as recommendation_basis,
    confidence,
    case when confidence >= 0.5 then 'high' when confidence >= 0.3 then 'medium' else 'low' end
        as confidence_level,
    lift,
    adjusted_lift,
    times_bought_together,
    affinity_strength,
    score,
    source_category <> recommended_category as is_cross_category,
    cast(times_bought_together as varchar) || ' of ' || cast(source_orders as varchar)
    || ' orders with ' || coalesce(source_product_name, source_product_id) || ' also had '
    || coalesce(recommended_product_name, recommended_product_id) || ' ('
    || case
        when confidence >= 0.01 then cast(cast(round(100 * confidence, 0) as integer) as varchar)
        else cast(cast(100 * confidence as decimal(4, 2)) as varchar)
    end
    || ' %), '
    || case
        when is_related then cast(cast(adjusted_lift as decimal(18, 1)) as varchar) || 'x what'
        else 'about what'
    end
    || ' baskets like these would give' as recommendation_message
from ranked
where recommendation_rank <= 10
