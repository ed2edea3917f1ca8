"""The recommendations that the pairs call for, as the checks work them out."""

from analytics_assets.lib.checks.wilson import wilson
from analytics_assets.lib.warehouse.literals import literals
from analytics_assets.variables import Variables

MOST_RECOMMENDATIONS = 10

FIGURES_OTHER_THAN_THE_PAIRS = """
select given.source_product_id, given.recommended_product_id, given.lift, pairs.lift as pair_lift,
    given.confidence, given.times_bought_together
from analytics.product_recommendations as given
left join (
    select product_a_id as source_product_id, product_b_id as recommended_product_id,
        product_a_name as source_product_name, product_b_name as recommended_product_name,
        product_a_category as source_category, product_b_category as recommended_category,
        confidence_a_to_b as confidence, lift, adjusted_lift, times_bought_together,
        affinity_strength
    from analytics.product_affinity
    union all
    select product_b_id, product_a_id, product_b_name, product_a_name, product_b_category,
        product_a_category, confidence_b_to_a, lift, adjusted_lift, times_bought_together,
        affinity_strength
    from analytics.product_affinity
) as pairs
    on given.source_product_id = pairs.source_product_id
    and given.recommended_product_id = pairs.recommended_product_id
where pairs.source_product_id is null
    or given.source_product_name is distinct from pairs.source_product_name
    or given.recommended_product_name is distinct from pairs.recommended_product_name
    or given.source_category is distinct from pairs.source_category
    or given.recommended_category is distinct from pairs.recommended_category
    or given.confidence is distinct from pairs.confidence
    or given.lift is distinct from pairs.lift
    or given.adjusted_lift is distinct from pairs.adjusted_lift
    or given.times_bought_together is distinct from pairs.times_bought_together
    or given.affinity_strength is distinct from pairs.affinity_strength
"""

RANKS_OUT_OF_ORDER = """
select source_product_id, recommended_product_id, recommendation_rank, score, score_before
from (
    select
        *,
        lag(score) over (
            partition by source_product_id order by recommendation_rank
        ) as score_before,
        lag(times_bought_together) over (
            partition by source_product_id order by recommendation_rank
        ) as together_before,
        lag(recommended_product_id) over (
            partition by source_product_id order by recommendation_rank
        ) as product_before
    from analytics.product_recommendations
) as ranked
where score > score_before
    or (score = score_before and times_bought_together > together_before)
    or (
        score = score_before
        and times_bought_together = together_before
        and recommended_product_id < product_before
    )
"""


def candidates(variables: Variables) -> str:
    """Return the query for every pair in both directions whose recommended product may be one.

    source_product_id, recommended_product_id, score (not rounded).
    """
    excluded = variables.excluded_product_ids
    kept = f"where recommended_product_id not in ({literals(excluded)})" if excluded else ""
    return f"""
select
    source_product_id,
    recommended_product_id,
    {wilson("times_bought_together", "source_orders", "-")}
    * case
        when q_value <= 0.05 and adjusted_lift_lower_bound > 1
            then 1 + ln(adjusted_lift_lower_bound)
        else 1
    end as score
from (
    select product_a_id as source_product_id, product_b_id as recommended_product_id,
        product_a_orders as source_orders, times_bought_together, q_value,
        adjusted_lift_lower_bound
    from analytics.product_affinity
    union all
    select product_b_id, product_a_id, product_b_orders, times_bought_together, q_value,
        adjusted_lift_lower_bound
    from analytics.product_affinity
) as directed
{kept}
"""


def wrong_number_of_recommendations(variables: Variables) -> str:
    """Return the query for the sources with fewer, or more, recommendations than they can have."""
    return f"""
with candidates as (
    select source_product_id, count(*) as candidate_count
    from ({candidates(variables)}) as directed
    group by source_product_id
),
given as (
    select source_product_id, count(*) as recommendation_count
    from analytics.product_recommendations
    group by source_product_id
)
select
    coalesce(given.source_product_id, candidates.source_product_id) as source_product_id,
    coalesce(given.recommendation_count, 0) as recommendation_count,
    coalesce(candidates.candidate_count, 0) as candidate_count
from given
full outer join candidates on given.source_product_id = candidates.source_product_id
where coalesce(given.recommendation_count, 0)
    <> least({MOST_RECOMMENDATIONS}, coalesce(candidates.candidate_count, 0))
"""


def better_partners_left_out(variables: Variables) -> str:
    """Return the query for the partners with a better score than one that is recommended."""
    return f"""
with least_given as (
    select source_product_id, min(score) as least_score
    from analytics.product_recommendations
    group by source_product_id
)
select candidates.source_product_id, candidates.recommended_product_id, candidates.score,
    least_given.least_score
from ({candidates(variables)}) as candidates
inner join least_given on candidates.source_product_id = least_given.source_product_id
left join analytics.product_recommendations as given
    on candidates.source_product_id = given.source_product_id
    and candidates.recommended_product_id = given.recommended_product_id
where given.source_product_id is null and candidates.score > least_given.least_score + 0.00000001
"""


def wrong_scores(variables: Variables) -> str:
    """Return the query for the recommendations with another score than the pair's."""
    return f"""
select given.source_product_id, given.recommended_product_id, given.score,
    candidates.score as expected_score
from analytics.product_recommendations as given
inner join ({candidates(variables)}) as candidates
    on given.source_product_id = candidates.source_product_id
    and given.recommended_product_id = candidates.recommended_product_id
where given.score is null or abs(given.score - candidates.score) > 0.00000001
"""
