"""Rules that the scorecard must not pass, put in the place of the recommendations'."""

from collections.abc import Callable

import pandas as pd

from analytics_assets.defs.products.baskets import BasketWindow
from analytics_assets.defs.products.checks import RECOMMENDATION_SCORECARD
from analytics_assets.defs.products.votes import create_votes, drop_votes
from analytics_assets.lib.checks.rules import RowRule
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

_DIRECTED = """
select a.product_id as source, b.product_id as recommended, pairs.n_ab, pairs.n_ab
    / cast(a.product_orders * b.product_orders as double) as lift
from (
    select product_a_code as a, product_b_code as b, times_bought_together as n_ab from vote_pairs
    union all
    select product_b_code, product_a_code, times_bought_together from vote_pairs
) as pairs
inner join vote_products as a on pairs.a = a.product_code
inner join vote_products as b on pairs.b = b.product_code
"""
_BEFORE = """
select product_a_id as source, product_b_id as recommended, product_a_orders as n,
    times_bought_together as n_ab, adjusted_lift_lower_bound as bound, affinity_strength
from affinity_before
union all
select product_b_id, product_a_id, product_b_orders, times_bought_together,
    adjusted_lift_lower_bound, affinity_strength
from affinity_before
"""
_WILSON = """
(n_ab + 1.9207294103470627 - 1.959963984540054
    * sqrt(n_ab * (n - n_ab) / cast(n as double) + 0.9603647051735314)) / (n + 3.8414588206941254)
"""
_SCORE_BEFORE = f"{_WILSON} * case affinity_strength when 'very_weak' then 1 else 1 + ln(bound) end"

# Name -> the candidates and their order, best first.
RULES = {
    "plain lift": (_DIRECTED, "lift desc, n_ab desc, recommended"),
    "random order": (_DIRECTED, "hash(source || recommended)"),
    "the rule before": (_BEFORE, f"{_SCORE_BEFORE} desc, n_ab desc, recommended"),
}


def planted(
    name: str, affinity: pd.DataFrame, votes: BasketWindow
) -> Callable[[DuckDBSession], None]:
    """Return what puts the lists of a rule in the place of the recommendations'."""
    candidates, order = RULES[name]

    def plant(session: DuckDBSession) -> None:
        create_votes(session, votes)
        session.connection.register("affinity_before", affinity)
        session.execute("delete from recommendation_lists where rule = 'recommendations'")
        session.execute(
            "insert into recommendation_lists"
            " select 'recommendations', source, recommended, place from ("
            "select source, recommended,"
            f" row_number() over (partition by source order by {order}) as place"
            f" from ({candidates}) as candidates) as ranked where place <= 10"
        )
        drop_votes(session)

    return plant


def failing_rows(session: DuckDBSession, table: pd.DataFrame) -> int:
    """Return how many rows of a scorecard break the rule that the recommendations are better."""
    [rule] = [
        rule
        for rule in RECOMMENDATION_SCORECARD.rules
        if isinstance(rule, RowRule) and "ratio_to_confidence_upper" in rule.columns
    ]
    session.connection.register("scored_table", table)
    violation = rule.violation(None)
    return len(session.read(f"select * from scored_table where {violation}"))
