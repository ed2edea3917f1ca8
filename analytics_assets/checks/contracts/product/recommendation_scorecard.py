"""The contract of analytics.recommendation_scorecard."""

from analytics_assets.checks.contract import Contract
from analytics_assets.checks.rules import (
    WARN,
    expression,
    in_range,
    not_null,
    unique,
)
from analytics_assets.metrics.scorecard.recommendation_scorecard import (
    RECOMMENDATION_SCORECARD_COLUMNS,
)

RECOMMENDATION_SCORECARD = Contract(
    table="analytics.recommendation_scorecard",
    meaning="docs/methods.md#4-products",
    key=("rule", "cut_off"),
    columns=RECOMMENDATION_SCORECARD_COLUMNS,
    rules=(
        not_null("rule", "cut_off", "baskets"),
        unique(["rule", "cut_off"]),
        expression("a cut-off is 1, 5 or 10", "cut_off in (1, 5, 10)", ["cut_off"]),
        in_range("hit_rate", minimum=0, maximum=1),
        in_range("coverage", minimum=0, maximum=1),
        expression(
            "the interval holds the ratio",
            "ratio_lower <= ratio_to_best_sellers and ratio_to_best_sellers <= ratio_upper",
            ["ratio_lower", "ratio_to_best_sellers", "ratio_upper"],
            severity=WARN,
        ),
        expression(
            "the recommendations beat best sellers",
            "rule <> 'recommendations' or ratio_lower > 1",
            ["rule", "cut_off", "ratio_to_best_sellers", "ratio_lower"],
            explanation="the lower end of the bootstrap interval is above 1",
            severity=WARN,
        ),
    ),
)
