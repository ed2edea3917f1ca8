"""The contract of analytics.product_recommendations."""

from analytics_assets.defs.products.checks_ranking import (
    FIGURES_OTHER_THAN_THE_PAIRS,
    MOST_RECOMMENDATIONS,
    RANKS_OUT_OF_ORDER,
    better_partners_left_out,
    wrong_number_of_recommendations,
    wrong_scores,
)
from analytics_assets.lib.checks.agreement import same
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    accepted_values,
    expression,
    no_rows,
    not_null,
    unique,
)

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
            wrong_number_of_recommendations,
            explanation=f"as many as it has partners, {MOST_RECOMMENDATIONS} at most",
        ),
        no_rows(
            "the figures are those of the pair",
            FIGURES_OTHER_THAN_THE_PAIRS,
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
        no_rows(
            "the score is that of the pair",
            wrong_scores,
            explanation=(
                "the lower bound of the confidence, times 1 + ln of the adjusted lift's lower bound"
                " where the basis is affinity"
            ),
        ),
        no_rows("no better partner is left out", better_partners_left_out),
        no_rows(
            "a better rank has no lower score",
            RANKS_OUT_OF_ORDER,
            explanation="score, then times_bought_together, then recommended_product_id",
        ),
        expression(
            "is_cross_category says whether the categories differ",
            same("is_cross_category", "source_category <> recommended_category"),
            ["source_category", "recommended_category", "is_cross_category"],
        ),
        expression(
            "the message states the count and the basis",
            """
    recommendation_message like cast(times_bought_together as varchar) || ' of % orders with %'
    and (recommendation_message like '%x what baskets like these would give')
    = (recommendation_basis = 'affinity')
    and (recommendation_message like '%, about what baskets like these would give')
    = (recommendation_basis = 'co_purchase')
""",
            ["times_bought_together", "recommendation_basis", "recommendation_message"],
        ),
    ),
)
