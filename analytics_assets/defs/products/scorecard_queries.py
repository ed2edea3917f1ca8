"""SQL that counts how often recommendations are in the same basket; no statement returns a line.

The statements stand on the temporary tables of ``queries.baskets``, made for the scored window, and
on ``RECOMMENDATION_LISTS``.
"""

from collections.abc import Sequence

from analytics_assets.defs.products.scorecard.counts import (
    CUT_OFFS,
    LARGEST_BASKET,
    SMALLEST_BASKET,
)
from analytics_assets.defs.products.scorecard.rules import BEST_SELLERS
from analytics_assets.lib.warehouse.literals import literal

RECOMMENDATION_LISTS = "recommendation_lists"

TEMPORARY_TABLES = (RECOMMENDATION_LISTS, "scored_lines", "scored_hits")


def create_scored_lines() -> str:
    """Return the statement that keeps (basket, basket_size, product_id) of the scored baskets."""
    return f"""
create or replace temporary table scored_lines as
select lines.basket, lines.basket_size, products.product_id
from basket_product_lines as lines
inner join basket_products as products on lines.product_code = products.product_code
where lines.basket_size between {literal(SMALLEST_BASKET)} and {literal(LARGEST_BASKET)}
"""


def create_scored_hits(rules: Sequence[str]) -> str:
    """Return the statement that counts (basket, basket_size, rule, cut_off, hits).

    One row a basket, rule and cut-off, also where nothing is hit. ``hits`` is the number of the
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
    inner join {RECOMMENDATION_LISTS} as lists
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
cross join (values {_rows(rules)}) as rules (rule)
cross join (values {_rows(CUT_OFFS)}) as cut_offs (cut_off)
left join first_hits
    on baskets.basket = first_hits.basket
    and rules.rule = first_hits.rule
    and cut_offs.cut_off >= first_hits.recommendation_rank
group by baskets.basket, baskets.basket_size, rules.rule, cut_offs.cut_off
"""


def hit_counts() -> str:
    """Return the query for (rule, cut_off, basket_size, hits, best_seller_hits, baskets)."""
    return f"""
select
    scored.rule,
    scored.cut_off,
    scored.basket_size,
    scored.hits,
    best_sellers.hits as best_seller_hits,
    count(*) as baskets
from scored_hits as scored
inner join scored_hits as best_sellers
    on scored.basket = best_sellers.basket
    and scored.cut_off = best_sellers.cut_off
where best_sellers.rule = {literal(BEST_SELLERS)}
group by scored.rule, scored.cut_off, scored.basket_size, scored.hits, best_sellers.hits
"""


def coverage_counts() -> str:
    """Return the query for (rule, basket_size, covered_sources), one row a rule and size."""
    return f"""
select sources.rule, lines.basket_size, count(*) as covered_sources
from scored_lines as lines
inner join (
    select rule, source_product_id
    from {RECOMMENDATION_LISTS}
    where recommendation_rank = 1
) as sources on lines.product_id = sources.source_product_id
group by sources.rule, lines.basket_size
"""


def _rows(values: Sequence[str] | Sequence[int]) -> str:
    return ", ".join(f"({literal(value)})" for value in values)
