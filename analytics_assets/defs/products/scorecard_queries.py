"""What each rule would have recommended, and how often that was in the same basket, in SQL.

``create_lists`` stands on the votes of the learning window (``votes.create_votes``), the hits on
the basket lines of the scored one (``baskets``). Ten rows per source and rule are kept as a
temporary table; only counts of alike baskets are returned.
"""

from collections.abc import Sequence

import pandas as pd

from analytics_assets.defs.products import baskets
from analytics_assets.defs.products.baskets import BasketWindow
from analytics_assets.defs.products.scorecard import (
    AFFINITY_ONLY,
    BEST_SELLERS,
    CONFIDENCE,
    CUT_OFFS,
    LARGEST_BASKET,
    RECOMMENDATIONS,
    RULES,
    SMALLEST_BASKET,
    ScorecardCounts,
)
from analytics_assets.defs.products.votes import create_votes, drop_votes
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.lib.warehouse.literals import literal
from analytics_assets.lib.wilson import Z_95

LONGEST_LIST = 10
_TRIALS = "cast(nullif(source_orders, 0) as double precision)"

TEMPORARY_TABLES = ("related_pairs", "recommendation_lists", "scored_lines", "scored_hits")

RELATED_PAIR_COLUMNS = {
    "product_a_id": "VARCHAR",
    "product_b_id": "VARCHAR",
    "adjusted_lift_lower_bound": "DOUBLE",
}


def create_lists(session: Session, learnt: BasketWindow, affinity: pd.DataFrame) -> None:
    """Make the temporary table recommendation_lists, what each rule shows beside each product.

    rule, source_product_id, recommended_product_id, recommendation_rank (from 1, without a gap).

    Args:
        session: where the votes are counted.
        learnt: the votes' window.
        affinity: product_affinity as of its last day.
    """
    related = affinity.loc[affinity["affinity_strength"] != "very_weak", [*RELATED_PAIR_COLUMNS]]
    session.stage("related_pairs", related, RELATED_PAIR_COLUMNS)
    create_votes(session, learnt)
    session.execute(create_recommendation_lists())
    drop_votes(session)


def scorecard_counts(session: Session, scored: BasketWindow) -> ScorecardCounts:
    """Count the hits of recommendation_lists in the baskets of ``scored``, and drop them.

    Reads staging.stg_orders and staging.stg_order_items as ``basket_counts`` does;
    ``scored.min_pair_orders`` plays no part.
    """
    session.execute(baskets.create_basket_items(scored))
    session.execute(baskets.create_basket_products())
    session.execute(baskets.create_basket_product_lines())
    session.execute(create_scored_lines())
    session.execute(create_scored_hits())
    hits = session.read(hit_counts())
    coverage = session.read(coverage_counts())
    for table in (*TEMPORARY_TABLES, *baskets.TEMPORARY_TABLES):
        session.execute(f"drop table {table}")
    return ScorecardCounts(
        hits=hits.astype({name: "int64" for name in hits.columns if name != "rule"}),
        coverage=coverage.astype({name: "int64" for name in coverage.columns if name != "rule"}),
    )


def create_recommendation_lists() -> str:
    """Return the statement for recommendation_lists, from votes and related_pairs.

    The score is that of the model product_recommendations. Codes are in the order of the ids, so
    ties are decided by id. A rule's own list is filled by best sellers, but that of affinity_only.
    """
    own = {
        RECOMMENDATIONS: ("score", ""),
        AFFINITY_ONLY: ("score", "where is_related"),
        CONFIDENCE: ("confidence", ""),
    }
    own_lists = "\n    union all\n    ".join(
        f"""select {literal(rule)} as rule, source_code, recommended_code, place
    from (
        select source_code, recommended_code, row_number() over (
            partition by source_code
            order by {order} desc nulls last, times_bought_together desc nulls last,
                recommended_code
        ) as place
        from scored
        {condition}
    ) as ranked
    where place <= {LONGEST_LIST}"""
        for rule, (order, condition) in own.items()
    )
    return f"""
create or replace temporary table recommendation_lists as
with related as (
    select a.product_code as product_a_code, b.product_code as product_b_code,
        pairs.adjusted_lift_lower_bound
    from related_pairs as pairs
    inner join vote_products as a on pairs.product_a_id = a.product_id
    inner join vote_products as b on pairs.product_b_id = b.product_id
),
pairs as (
    select votes.*, related.adjusted_lift_lower_bound
    from vote_pairs as votes
    left join related
        on votes.product_a_code = related.product_a_code
        and votes.product_b_code = related.product_b_code
),
directed as (
    select product_a_code as source_code, product_b_code as recommended_code,
        times_bought_together, votes_together, adjusted_lift_lower_bound
    from pairs
    union all
    select product_b_code, product_a_code,
        times_bought_together, votes_together, adjusted_lift_lower_bound
    from pairs
),
candidates as (
    select directed.*, sources.product_orders as source_orders,
        directed.votes_together / nullif(sources.product_votes, 0) as share_of_votes
    from directed
    inner join vote_products as sources on directed.source_code = sources.product_code
),
scored as (
    select
        source_code,
        recommended_code,
        times_bought_together,
        adjusted_lift_lower_bound is not null as is_related,
        cast(times_bought_together as double precision) / nullif(source_orders, 0) as confidence,
        round(
            {_wilson_lower_bound("share_of_votes", _TRIALS)}
            * (1 + coalesce(ln(adjusted_lift_lower_bound), 0)),
            9
        ) as score
    from candidates
),
own_lists as (
    {own_lists}
),
best_sellers as (
    select product_code, place
    from (
        select product_code, row_number() over (
            order by product_orders desc nulls last, product_code
        ) as place
        from vote_products
    ) as ranked
    where place <= {LONGEST_LIST + 1}
),
shown as (
    select rule, source_code, recommended_code, place from own_lists
    union all
    select rules.rule, sources.product_code, best_sellers.product_code,
        {LONGEST_LIST} + best_sellers.place
    from vote_products as sources
    inner join best_sellers on sources.product_code <> best_sellers.product_code
    cross join (values {_rows((RECOMMENDATIONS, CONFIDENCE, BEST_SELLERS))}) as rules (rule)
),
-- A best seller that the rule shows already keeps its better place.
once as (
    select rule, source_code, recommended_code, min(place) as place
    from shown
    group by rule, source_code, recommended_code
),
ranked as (
    select rule, source_code, recommended_code,
        row_number() over (partition by rule, source_code order by place) as recommendation_rank
    from once
)
select
    ranked.rule,
    sources.product_id as source_product_id,
    recommended.product_id as recommended_product_id,
    cast(ranked.recommendation_rank as integer) as recommendation_rank
from ranked
inner join vote_products as sources on ranked.source_code = sources.product_code
inner join vote_products as recommended on ranked.recommended_code = recommended.product_code
where ranked.recommendation_rank <= {LONGEST_LIST}
"""


def create_scored_lines() -> str:
    """Return the statement that keeps (basket, basket_size, product_id) of the scored baskets."""
    return f"""
create or replace temporary table scored_lines as
select lines.basket, lines.basket_size, products.product_id
from basket_product_lines as lines
inner join basket_products as products on lines.product_code = products.product_code
where lines.basket_size between {literal(SMALLEST_BASKET)} and {literal(LARGEST_BASKET)}
"""


def create_scored_hits() -> str:
    """Return the statement that counts (basket, basket_size, rule, cut_off, hits).

    One row per basket, rule and cut-off, also where nothing is hit. ``hits`` is the number of the
    basket's products that have another one among their first ``cut_off`` recommendations.
    """
    return f"""
create or replace temporary table scored_hits as
with first_hits as (
    select
        sources.basket,
        lists.rule,
        sources.product_id,
        min(lists.recommendation_rank) as recommendation_rank
    from scored_lines as sources
    inner join scored_lines as others
        on sources.basket = others.basket
        and sources.product_id <> others.product_id
    inner join recommendation_lists as lists
        on sources.product_id = lists.source_product_id
        and others.product_id = lists.recommended_product_id
    group by sources.basket, lists.rule, sources.product_id
)
select
    baskets.basket,
    baskets.basket_size,
    rules.rule,
    cut_offs.cut_off,
    count(first_hits.product_id) as hits
from (select distinct basket, basket_size from scored_lines) as baskets
cross join (values {_rows(RULES)}) as rules (rule)
cross join (values {_rows(CUT_OFFS)}) as cut_offs (cut_off)
left join first_hits
    on baskets.basket = first_hits.basket
    and rules.rule = first_hits.rule
    and cut_offs.cut_off >= first_hits.recommendation_rank
group by baskets.basket, baskets.basket_size, rules.rule, cut_offs.cut_off
"""


def hit_counts() -> str:
    """Return the query for ``ScorecardCounts.hits``."""
    return f"""
select
    scored.rule,
    scored.cut_off,
    scored.basket_size,
    scored.hits,
    best_sellers.hits as best_seller_hits,
    by_confidence.hits as confidence_hits,
    count(*) as baskets
from scored_hits as scored
inner join scored_hits as best_sellers
    on scored.basket = best_sellers.basket
    and scored.cut_off = best_sellers.cut_off
inner join scored_hits as by_confidence
    on scored.basket = by_confidence.basket
    and scored.cut_off = by_confidence.cut_off
where best_sellers.rule = {literal(BEST_SELLERS)} and by_confidence.rule = {literal(CONFIDENCE)}
group by
    scored.rule, scored.cut_off, scored.basket_size, scored.hits, best_sellers.hits,
    by_confidence.hits
"""


def coverage_counts() -> str:
    """Return the query for ``ScorecardCounts.coverage``."""
    return """
select sources.rule, lines.basket_size, count(*) as covered_sources
from scored_lines as lines
inner join (
    select rule, source_product_id
    from recommendation_lists
    where recommendation_rank = 1
) as sources on lines.product_id = sources.source_product_id
group by sources.rule, lines.basket_size
"""


def _wilson_lower_bound(share: str, trials: str) -> str:
    """Return the SQL of the lower end of the Wilson 95 % interval of a share (Wilson 1927)."""
    z2 = Z_95**2
    margin = f"{Z_95} * sqrt(({share} * (1 - {share}) + {z2} / (4 * {trials})) / {trials})"
    return f"({share} + {z2} / (2 * {trials}) - {margin}) / (1 + {z2} / {trials})"


def _rows(values: Sequence[str] | Sequence[int]) -> str:
    return ", ".join(f"({literal(value)})" for value in values)
