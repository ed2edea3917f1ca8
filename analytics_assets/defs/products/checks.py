"""What the tables of pairs and recommendations must keep: the baskets that they come from."""

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    follows_the_clock,
    no_rows,
    references,
)
from analytics_assets.lib.warehouse.literals import literals
from analytics_assets.variables import Variables


def basket_products(variables: Variables) -> str:
    """Return the query for (order_id, product_id), one row per product of a basket (METHODS 4)."""
    excluded = variables.excluded_product_ids
    kept = f"\n    and items.product_id not in ({literals(excluded)})" if excluded else ""
    return f"""
select distinct orders.order_id, items.product_id
from staging.stg_orders as orders
inner join staging.stg_order_items as items on orders.order_id = items.order_id
cross join staging.stg_clock as clock
where orders.is_demand
    and orders.order_day > clock.as_of_date - {variables.lookback_days}
    and orders.order_day <= clock.as_of_date
    and items.product_id is not null
    and items.quantity > 0{kept}
"""


def _wrong_number_of_baskets(variables: Variables) -> str:
    return f"""
select pairs.total_orders, baskets.basket_count
from (select distinct total_orders from analytics.product_affinity) as pairs
cross join (
    select count(distinct order_id) as basket_count
    from ({basket_products(variables)}) as basket_products
) as baskets
where pairs.total_orders <> baskets.basket_count
"""


def _wrong_product_orders(variables: Variables) -> str:
    return f"""
with baskets as (
    select product_id, count(*) as basket_count
    from ({basket_products(variables)}) as basket_products
    group by product_id
),
pairs as (
    select product_a_id as product_id, product_a_orders as product_orders
    from analytics.product_affinity
    union
    select product_b_id, product_b_orders
    from analytics.product_affinity
)
select pairs.product_id, pairs.product_orders, baskets.basket_count
from pairs
left join baskets on pairs.product_id = baskets.product_id
where pairs.product_orders <> coalesce(baskets.basket_count, 0)
"""


_OTHER_NAMES = """
select named.product_id, named.product_name, named.product_category
from (
    select product_a_id as product_id, product_a_name as product_name,
        product_a_category as product_category
    from analytics.product_affinity
    union
    select product_b_id, product_b_name, product_b_category
    from analytics.product_affinity
) as named
inner join staging.stg_products as products on named.product_id = products.product_id
where named.product_name is distinct from products.product_name
    or named.product_category is distinct from products.product_category
"""

PRODUCT_AFFINITY = Contract(
    "analytics.product_affinity",
    rules=(
        follows_the_clock(),
        no_rows("total_orders is the number of baskets", _wrong_number_of_baskets),
        no_rows("product orders are the baskets that hold the product", _wrong_product_orders),
        no_rows("names and categories are those of the catalogue", _OTHER_NAMES),
    ),
)

PRODUCT_RECOMMENDATIONS = Contract(
    "analytics.product_recommendations",
    rules=(
        no_rows(
            "the figures are those of the pair",
            """
select source_product_id, recommended_product_id, times_bought_together
from analytics.product_recommendations as shown
where not exists (
    select 1
    from analytics.product_affinity as pairs
    where pairs.product_a_id = least(shown.source_product_id, shown.recommended_product_id)
        and pairs.product_b_id = greatest(shown.source_product_id, shown.recommended_product_id)
        and pairs.times_bought_together = shown.times_bought_together
        and pairs.lift = shown.lift
)
""",
        ),
        references(
            "every recommended product was in a basket",
            "recommended_product_id",
            "(select product_a_id as recommended_product_id from analytics.product_affinity "
            "union select product_b_id from analytics.product_affinity) as pairs",
        ),
    ),
)

RECOMMENDATION_SCORECARD = Contract(
    "analytics.recommendation_scorecard",
    rules=(
        follows_the_clock(),
        expression(
            "the recommendations beat best sellers",
            "rule <> 'recommendations' or ratio_lower > 1",
            ["rule", "cut_off", "ratio_to_best_sellers", "ratio_lower"],
            explanation="the lower end of the bootstrap interval is above 1",
            severity=WARN,
            advice="showing everybody the best sellers does as well; look at lookback_days and "
            "excluded_product_ids",
        ),
    ),
)
