with votes as (

    select * from {{ source('analytics', 'product_votes') }}

),

affinity as (

    select * from {{ source('analytics', 'product_affinity') }}

),

products as (

    select * from {{ ref('int_product_popularity') }}

),

pairs as (

    select
        votes.*,
        affinity.adjusted_lift,
        affinity.affinity_strength,
        affinity.adjusted_lift_lower_bound,
        coalesce(affinity.affinity_strength <> 'very_weak', false) as is_related
    from votes
    left join affinity
        on
            votes.product_a_id = affinity.product_a_id
            and votes.product_b_id = affinity.product_b_id

),

directed as (

    select
        product_a_id as source_product_id,
        product_b_id as recommended_product_id,
        product_a_orders as source_orders,
        product_b_orders as recommended_orders,
        product_a_votes as source_votes,
        total_orders,
        times_bought_together,
        votes_together,
        adjusted_lift,
        affinity_strength,
        adjusted_lift_lower_bound,
        is_related
    from pairs

    union all

    select
        product_b_id,
        product_a_id,
        product_b_orders,
        product_a_orders,
        product_b_votes,
        total_orders,
        times_bought_together,
        votes_together,
        adjusted_lift,
        affinity_strength,
        adjusted_lift_lower_bound,
        is_related
    from pairs

),

candidates as (

    select
        *,
        votes_together / nullif(source_votes, 0) as share_of_votes,
        cast(times_bought_together as double precision) / nullif(source_orders, 0) as confidence,
        cast(times_bought_together as double precision) * total_orders
        / nullif(cast(source_orders as double precision) * recommended_orders, 0) as lift
    from directed

),

scored as (

    select
        *,
        -- Rounded, so that the last bit, where engines differ, decides no rank.
        round(
            {{ wilson_lower_bound('(share_of_votes * source_orders)', 'source_orders') }}
            * case when is_related then 1 + ln(adjusted_lift_lower_bound) else 1 end,
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
        ) as place
    from scored

),

own as (

    select * from ranked
    where place <= 10

),

popular as (

    select
        product_id,
        product_orders,
        row_number() over (order by product_orders desc nulls last, product_id asc) as place
    from products
    where product_orders > 0

),

-- Ten, and one more for the page of a best seller.
best_sellers as (

    select * from popular
    where place <= 11

),

shown as (

    select
        source_product_id,
        recommended_product_id,
        place,
        case when is_related then 'affinity' else 'co_purchase' end as recommendation_basis,
        source_orders,
        recommended_orders,
        share_of_votes,
        confidence,
        lift,
        adjusted_lift,
        times_bought_together,
        affinity_strength,
        score
    from own

    union all

    select
        products.product_id as source_product_id,
        best_sellers.product_id as recommended_product_id,
        10 + best_sellers.place as place,
        'best_seller' as recommendation_basis,
        cast(null as bigint) as source_orders,
        best_sellers.product_orders as recommended_orders,
        cast(null as double precision) as share_of_votes,
        cast(null as double precision) as confidence,
        cast(null as double precision) as lift,
        cast(null as double precision) as adjusted_lift,
        cast(null as bigint) as times_bought_together,
        cast(null as varchar) as affinity_strength,
        cast(null as double precision) as score
    from products
    inner join best_sellers on products.product_id <> best_sellers.product_id
    left join own
        on
            products.product_id = own.source_product_id
            and best_sellers.product_id = own.recommended_product_id
    where own.source_product_id is null

),

placed as (

    select
        *,
        row_number() over (
            partition by source_product_id
            order by place asc
        ) as recommendation_rank
    from shown

)

select
    placed.source_product_id,
    sources.product_name as source_product_name,
    sources.product_category as source_category,
    placed.recommended_product_id,
    recommended.product_name as recommended_product_name,
    recommended.product_category as recommended_category,
    cast(placed.recommendation_rank as integer) as recommendation_rank,
    placed.recommendation_basis,
    placed.share_of_votes,
    placed.confidence,
    case
        when placed.confidence >= 0.5 then 'high'
        when placed.confidence >= 0.3 then 'medium'
        when placed.confidence >= 0 then 'low'
    end as confidence_level,
    placed.lift,
    placed.adjusted_lift,
    placed.times_bought_together,
    placed.affinity_strength,
    placed.score,
    sources.product_category <> recommended.product_category as is_cross_category,
    case
        when placed.recommendation_basis = 'best_seller'
            then
                coalesce(recommended.product_name, placed.recommended_product_id)
                || ' is a best seller: in ' || cast(placed.recommended_orders as varchar)
                || ' orders'
        else
            cast(placed.times_bought_together as varchar) || ' of '
            || cast(placed.source_orders as varchar) || ' orders with '
            || coalesce(sources.product_name, placed.source_product_id) || ' also had '
            || coalesce(recommended.product_name, placed.recommended_product_id) || ' ('
            || case
                when placed.confidence >= 0.01
                    then cast(cast(round(100 * placed.confidence, 0) as integer) as varchar)
                else cast(cast(100 * placed.confidence as decimal(4, 2)) as varchar)
            end
            || ' %)'
            || case
                when placed.recommendation_basis = 'affinity'
                    then
                        ', ' || cast(cast(placed.adjusted_lift as decimal(18, 1)) as varchar)
                        || 'x what baskets like these would give'
                else '; more than chance cannot be shown'
            end
    end as recommendation_message
from placed
inner join products as sources on placed.source_product_id = sources.product_id
inner join products as recommended on placed.recommended_product_id = recommended.product_id
where placed.recommendation_rank <= 10
