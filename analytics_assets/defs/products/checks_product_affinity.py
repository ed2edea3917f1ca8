"""The contract of analytics.product_affinity."""

from analytics_assets.defs.products.affinity import PRODUCT_AFFINITY_COLUMNS
from analytics_assets.defs.products.checks_pairs import (
    NAMES_OTHER_THAN_THE_CATALOGUES,
    wrong_number_of_baskets,
    wrong_number_of_partners,
    wrong_product_orders,
    wrong_q_values,
)
from analytics_assets.lib.checks.agreement import agree
from analytics_assets.lib.checks.clock import AS_OF_DATE_IS_THE_CLOCKS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    expression,
    in_range,
    no_rows,
    not_null,
    unique,
)
from analytics_assets.lib.checks.wilson import wilson
from analytics_assets.lib.warehouse.literals import literals
from analytics_assets.variables import Variables

_COUNTS = ["times_bought_together", "product_a_orders", "product_b_orders", "total_orders"]
_MOST_LEVERAGE = """greatest(
        cast(times_bought_together as double precision) * (total_orders - product_a_orders),
        cast(product_a_orders as double precision) * (product_b_orders - times_bought_together)
    )"""


def _conviction(source: str, other: str) -> str:
    refuted = f"(product_{source}_orders - times_bought_together)"
    without = f"cast(total_orders - product_{other}_orders as double precision)"
    return agree(
        f"conviction_{source}_to_{other} * {refuted} * total_orders",
        f"case when {refuted} > 0 then {without} * product_{source}_orders end",
    )


def _lift_bound(source: str, other: str) -> str:
    confidence_bound = wilson("times_bought_together", f"product_{source}_orders", "-")
    return f"{confidence_bound} * total_orders / nullif(product_{other}_orders, 0)"


def _no_product_is_excluded(variables: Variables) -> str:
    excluded = variables.excluded_product_ids
    if not excluded:
        return "true"
    ids = literals(excluded)
    return f"product_a_id not in ({ids}) and product_b_id not in ({ids})"


# Ratios are multiplied out, since engines do not agree on how they divide whole numbers.
PRODUCT_AFFINITY = Contract(
    table="analytics.product_affinity",
    meaning="docs/methods.md#4-products",
    key=("product_a_id", "product_b_id"),
    columns=PRODUCT_AFFINITY_COLUMNS,
    rules=(
        not_null("product_a_id", "product_b_id"),
        unique(["product_a_id", "product_b_id"]),
        expression(
            "the products of a pair are in order",
            "product_a_id < product_b_id",
            [],
            explanation="product_a_id < product_b_id: a pair has one row, and one lift",
        ),
        AS_OF_DATE_IS_THE_CLOCKS,
        expression(
            "no product is excluded",
            _no_product_is_excluded,
            [],
            explanation="excluded_product_ids are no products",
        ),
        expression(
            "n_AB is at most n_A and n_B and these at most N",
            """
    times_bought_together <= least(product_a_orders, product_b_orders)
    and greatest(product_a_orders, product_b_orders) <= total_orders
    and product_a_orders + product_b_orders - times_bought_together <= total_orders
""",
            _COUNTS,
            null_fails=True,
        ),
        expression(
            "a pair is in at least min_pair_orders baskets",
            lambda variables: f"times_bought_together >= {variables.min_pair_orders}",
            ["times_bought_together"],
            null_fails=True,
        ),
        no_rows("total_orders is the number of baskets", wrong_number_of_baskets),
        no_rows("product orders are the baskets that hold the product", wrong_product_orders),
        no_rows(
            "the pairs of a product hold the partners that it met",
            wrong_number_of_partners,
            explanation="no more, and no fewer than pairs below min_pair_orders can leave out",
        ),
        no_rows("names and categories are those of the catalogue", NAMES_OTHER_THAN_THE_CATALOGUES),
        expression(
            "support and confidence and jaccard are n_AB by their baskets",
            " and ".join(
                agree(f"{ratio} * ({baskets})", "times_bought_together")
                for ratio, baskets in {
                    "support": "total_orders",
                    "confidence_a_to_b": "product_a_orders",
                    "confidence_b_to_a": "product_b_orders",
                    "jaccard": "product_a_orders + product_b_orders - times_bought_together",
                }.items()
            ),
            [*_COUNTS, "support", "confidence_a_to_b", "confidence_b_to_a", "jaccard"],
        ),
        in_range(
            "confidence_a_to_b",
            "confidence_b_to_a",
            "p_value",
            "q_value",
            minimum=0,
            maximum=1,
        ),
        expression(
            "lift is the same in both directions",
            f"{agree('lift * product_b_orders', 'confidence_a_to_b * total_orders')}"
            f" and {agree('lift * product_a_orders', 'confidence_b_to_a * total_orders')}",
            [*_COUNTS, "lift"],
            explanation="confidence over the share of baskets that hold the other product",
        ),
        expression(
            "leverage is n_AB by N less what independence gives",
            agree(
                "(support - leverage) * total_orders * total_orders",
                "cast(product_a_orders as double precision) * product_b_orders",
            ),
            [*_COUNTS, "leverage"],
        ),
        expression(
            "conviction is disbelief in B by disbelief given A",
            f"{_conviction('a', 'b')} and {_conviction('b', 'a')}",
            [*_COUNTS, "conviction_a_to_b", "conviction_b_to_a"],
            explanation="(1 - P(B)) / (1 - confidence), NULL where confidence is 1",
        ),
        in_range("zhang", minimum=-1, maximum=1),
        expression(
            "zhang is leverage by its extreme",
            agree(
                f"zhang * {_MOST_LEVERAGE}",
                f"case when {_MOST_LEVERAGE} > 0 then leverage * total_orders * total_orders end",
            ),
            ["support", "leverage", "zhang"],
            explanation="max(P(A and B) (1 - P(A)), P(A) (P(B) - P(A and B)))",
        ),
        expression(
            "lift_lower_bound is the lesser of two Wilson bounds",
            agree("lift_lower_bound", f"least({_lift_bound('a', 'b')}, {_lift_bound('b', 'a')})"),
            [*_COUNTS, "lift_lower_bound"],
            explanation="of both confidences, over the share of baskets with the other product",
        ),
        expression(
            "the lower bound of lift is between 0 and lift",
            "lift_lower_bound > 0 and lift_lower_bound <= lift",
            ["lift", "lift_lower_bound"],
            null_fails=True,
        ),
        expression(
            "adjusted_lift is n_AB by what was expected",
            agree("adjusted_lift * expected_together", "times_bought_together"),
            ["times_bought_together", "expected_together", "adjusted_lift"],
        ),
        expression(
            "the adjusted lower bound is adjusted as lift is",
            agree("adjusted_lift_lower_bound * lift", "lift_lower_bound * adjusted_lift"),
            ["lift", "lift_lower_bound", "adjusted_lift", "adjusted_lift_lower_bound"],
        ),
        no_rows(
            "q values are those of the p values",
            wrong_q_values,
            explanation="Benjamini & Hochberg over all pairs of frequent products",
        ),
        expression(
            "affinity_strength follows the adjusted lower bound",
            """
    affinity_strength = case
        when q_value > 0.05 then 'very_weak'
        when adjusted_lift_lower_bound >= 3 then 'very_strong'
        when adjusted_lift_lower_bound >= 2 then 'strong'
        when adjusted_lift_lower_bound >= 1.5 then 'moderate'
        when adjusted_lift_lower_bound > 1 then 'weak'
        else 'very_weak'
    end
""",
            ["adjusted_lift_lower_bound", "q_value", "affinity_strength"],
            null_fails=True,
        ),
        expression(
            "is_size_artifact is lift that the baskets' size explains",
            "is_size_artifact"
            " = coalesce(lift_lower_bound > 1 and adjusted_lift_lower_bound <= 1, false)",
            ["lift_lower_bound", "adjusted_lift_lower_bound", "is_size_artifact"],
            null_fails=True,
        ),
    ),
)
