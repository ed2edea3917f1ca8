"""The contract of analytics.recommendation_scorecard."""

from analytics_assets.defs.products.scorecard.counts import CUT_OFFS
from analytics_assets.defs.products.scorecard.recommendation_scorecard import (
    RECOMMENDATION_SCORECARD_COLUMNS,
    SCORED_DAYS,
)
from analytics_assets.defs.products.scorecard.rules import BEST_SELLERS, RECOMMENDATIONS, RULES
from analytics_assets.lib.checks.agreement import agree
from analytics_assets.lib.checks.clock import AS_OF_DATE_IS_THE_CLOCKS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    accepted_values,
    expression,
    in_range,
    no_rows,
    not_null,
    unique,
)
from analytics_assets.lib.warehouse.literals import literal, literals

_RULES = (*RULES, BEST_SELLERS)
_EVERY_ROW = ", ".join(f"({literal(rule)}, {cut_off})" for rule in _RULES for cut_off in CUT_OFFS)
_RATIO_IS_THAT_OF_THE_HIT_RATES = agree(
    "scored.ratio_to_best_sellers * best.hit_rate",
    "case when best.hit_rate > 0 then scored.hit_rate end",
)

RECOMMENDATION_SCORECARD = Contract(
    table="analytics.recommendation_scorecard",
    meaning="docs/methods.md#4-products",
    key=("rule", "cut_off"),
    columns=RECOMMENDATION_SCORECARD_COLUMNS,
    rules=(
        not_null("rule", "cut_off", "baskets"),
        unique(["rule", "cut_off"]),
        AS_OF_DATE_IS_THE_CLOCKS,
        expression(
            "learning ends before the scored days begin",
            lambda variables: (
                f"scored_to = as_of_date and learnt_to = as_of_date - {SCORED_DAYS}"
                f" and learnt_from = learnt_to - {variables.lookback_days - 1}"
            ),
            ["learnt_from", "learnt_to", "scored_to", "as_of_date"],
            explanation=f"{SCORED_DAYS} days up to as_of_date; lookback_days before them",
            null_fails=True,
        ),
        accepted_values("rule", _RULES),
        expression("a cut-off is 1, 5 or 10", f"cut_off in ({literals(CUT_OFFS)})", ["cut_off"]),
        no_rows(
            "every rule is scored at every cut-off",
            f"""
select expected.rule, expected.cut_off
from (values {_EVERY_ROW}) as expected (rule, cut_off)
left join analytics.recommendation_scorecard as scored
    on expected.rule = scored.rule and expected.cut_off = scored.cut_off
where scored.rule is null
""",
        ),
        in_range("hit_rate", minimum=0, maximum=1),
        in_range("coverage", minimum=0, maximum=1),
        expression(
            "nothing is hit without a recommendation",
            "hit_rate <= coverage + 0.000001",
            ["hit_rate", "coverage"],
        ),
        no_rows(
            "more recommendations hit no less",
            """
select rule, cut_off, hit_rate, hit_rate_before
from (
    select
        rule,
        cut_off,
        hit_rate,
        lag(hit_rate) over (partition by rule order by cut_off) as hit_rate_before
    from analytics.recommendation_scorecard
) as by_cut_off
where hit_rate < hit_rate_before
""",
        ),
        no_rows(
            "the ratio is the hit rate by that of best sellers",
            f"""
select scored.rule, scored.cut_off, scored.hit_rate, best.hit_rate as best_seller_hit_rate,
    scored.ratio_to_best_sellers
from analytics.recommendation_scorecard as scored
left join analytics.recommendation_scorecard as best
    on best.rule = {literal(BEST_SELLERS)} and scored.cut_off = best.cut_off
where not {_RATIO_IS_THAT_OF_THE_HIT_RATES}
""",
            explanation="NULL where best sellers hit nothing",
        ),
        expression(
            "the interval holds the ratio",
            "ratio_lower <= ratio_to_best_sellers and ratio_to_best_sellers <= ratio_upper",
            ["ratio_lower", "ratio_to_best_sellers", "ratio_upper"],
            severity=WARN,
        ),
        expression(
            "the recommendations beat best sellers",
            f"rule <> {literal(RECOMMENDATIONS)} or ratio_lower > 1",
            ["rule", "cut_off", "ratio_to_best_sellers", "ratio_lower"],
            explanation="the lower end of the bootstrap interval is above 1",
            severity=WARN,
        ),
    ),
)
