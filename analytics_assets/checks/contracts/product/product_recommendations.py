"""The contract of analytics.product_recommendations."""

from analytics_assets.checks.contract import Contract
from analytics_assets.checks.rules import (
    accepted_values,
    expression,
    no_rows,
    not_null,
    unique,
)
from analytics_assets.variables import Variables
from analytics_assets.warehouse.queries.literals import literals

MOST_RECOMMENDATIONS = 10


def _wrong_number_of_recommendations(variables: Variables) -> str:
    excluded = variables.excluded_product_ids
    kept = f"where recommended_product_id not in ({literals(excluded)})" if excluded else ""
    return f"""
with candidates as (
    select source_product_id, count(*) as candidate_count
    from (
        select product_a_id as source_product_id, product_b_id as recommended_product_id
        from analytics.product_affinity
        union all
        select product_b_id, product_a_id
        from analytics.product_affinity
    ) as directed
    {kept}
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


PRODUCT_RECOMMENDATIONS = Contract(
    table="analytics.product_recommendations",
    meaning="docs/methods.md#4-products",
    key=("source_product_id", "recommended_product_id"),
    columns={
        "source_product_id": "VARCHAR",
        "source_product_name": "VARCHAR",
        "source_category": "VARCHAR",
        "recommended_product_id": "VARCHAR",
        "recommended_product_name": "VARCHAR",
        "recommended_category": "VARCHAR",
        "recommendation_rank": "INTEGER",
        "recommendation_basis": "VARCHAR",
        "confidence": "DOUBLE",
        "confidence_level": "VARCHAR",
        "lift": "DOUBLE",
        "adjusted_lift": "DOUBLE",
        "times_bought_together": "BIGINT",
        "affinity_strength": "VARCHAR",
        "score": "DOUBLE",
        "is_cross_category": "BOOLEAN",
        "recommendation_message": "VARCHAR",
    },
    rules=(
        not_null(
            "source_product_id",
            "recommended_product_id",
            "recommendation_rank",
            "recommendation_message",
        ),
        unique(["source_product_id", "recommended_product_id"]),
        unique(["source_product_id", "recommendation_rank"]),
        no_rows(
            "the ranks run from 1 without gaps",
            """
select source_product_id, count(*) as recommendation_count,
    min(recommendation_rank) as first_rank, max(recommendation_rank) as last_rank
from analytics.product_recommendations
group by source_product_id
having min(recommendation_rank) <> 1 or max(recommendation_rank) <> count(*)
""",
        ),
        no_rows(
            "every product of a pair has its recommendations",
            _wrong_number_of_recommendations,
            explanation=f"as many as it has partners, {MOST_RECOMMENDATIONS} at most",
        ),
        no_rows(
            "the figures are those of the pair",
            """
select given.source_product_id, given.recommended_product_id, given.lift, pairs.lift as pair_lift,
    given.confidence, given.times_bought_together
from analytics.product_recommendations as given
left join analytics.product_affinity as pairs
    on pairs.product_a_id = least(given.source_product_id, given.recommended_product_id)
    and pairs.product_b_id = greatest(given.source_product_id, given.recommended_product_id)
where pairs.product_a_id is null
    or given.lift is distinct from pairs.lift
    or given.adjusted_lift is distinct from pairs.adjusted_lift
    or given.times_bought_together is distinct from pairs.times_bought_together
    or given.affinity_strength is distinct from pairs.affinity_strength
    or given.confidence is distinct from case
        when given.source_product_id = pairs.product_a_id then pairs.confidence_a_to_b
        else pairs.confidence_b_to_a
    end
""",
            explanation="lift is the same in both directions, confidence is the source's",
        ),
        expression(
            "confidence_level follows confidence",
            """
    confidence_level = case
        when confidence >= 0.5 then 'high' when confidence >= 0.3 then 'medium' else 'low'
    end
""",
            ["confidence", "confidence_level"],
            null_fails=True,
        ),
        accepted_values("recommendation_basis", ["affinity", "co_purchase"]),
        expression(
            "affinity is a basis where the strength says so",
            "(recommendation_basis = 'affinity') = (affinity_strength <> 'very_weak')",
            ["recommendation_basis", "affinity_strength"],
            explanation="significant, and the adjusted lower bound is above 1",
            null_fails=True,
        ),
        expression(
            "a co_purchase scores at most its confidence",
            "score > 0 and (recommendation_basis = 'affinity' or score <= confidence)",
            ["recommendation_basis", "confidence", "score"],
            null_fails=True,
        ),
        no_rows(
            "a better rank has no lower score",
            """
select source_product_id, recommended_product_id, recommendation_rank, score, score_before
from (
    select
        *,
        lag(score) over (
            partition by source_product_id order by recommendation_rank
        ) as score_before
    from analytics.product_recommendations
) as ranked
where score > score_before
""",
        ),
    ),
)
