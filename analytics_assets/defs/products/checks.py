"""What the tables of pairs and recommendations must keep: the baskets that they come from."""

from analytics_assets.defs.products.scorecard import RECOMMENDATIONS
from analytics_assets.defs.products.scorecard_queries import LONGEST_LIST
from analytics_assets.defs.staging.revenue import STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import WARN, expression, no_rows
from analytics_assets.lib.warehouse.literals import literal, literals
from analytics_assets.variables import Variables


def basket_products(variables: Variables, days: int | None = None) -> str:
    """Return the query for (order_id, product_id), one row per product of a basket (METHODS 4)."""
    excluded = variables.excluded_product_ids
    kept = f"\n    and items.product_id not in ({literals(excluded)})" if excluded else ""
    return f"""
select distinct orders.order_id, items.product_id
from staging.stg_orders as orders
inner join staging.stg_order_items as items on orders.order_id = items.order_id
cross join staging.stg_clock as clock
left join staging.int_returned_products as returned
    on items.order_id = returned.order_id and items.product_id = returned.product_id
where orders.is_demand
    and returned.order_id is null
    and orders.order_day > clock.as_of_date - {days or variables.lookback_days}
    and orders.order_day <= clock.as_of_date
    and items.product_id is not null
    and items.quantity > 0{kept}
"""


def _wrong_counts(variables: Variables) -> str:
    return f"""
with basket_products as ({basket_products(variables)}),
baskets as (
    select product_id, count(*) as basket_count
    from basket_products
    group by product_id
),
pairs as (
    select product_a_id as product_id, product_a_orders as product_orders, total_orders
    from analytics.product_affinity
    union
    select product_b_id, product_b_orders, total_orders
    from analytics.product_affinity
)
select pairs.product_id, pairs.product_orders, baskets.basket_count, pairs.total_orders,
    counted.all_baskets
from pairs
cross join (select count(distinct order_id) as all_baskets from basket_products) as counted
left join baskets on pairs.product_id = baskets.product_id
where pairs.product_orders <> coalesce(baskets.basket_count, 0)
    or pairs.total_orders <> counted.all_baskets
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
        no_rows(
            "the counts are those of the baskets",
            _wrong_counts,
            explanation="all of them, and those that hold a product",
        ),
        no_rows("names and categories are those of the catalogue", _OTHER_NAMES),
    ),
)


def _wrong_number_of_voting_baskets(variables: Variables) -> str:
    return f"""
select votes.total_orders, baskets.basket_count
from (select distinct total_orders from analytics.product_votes) as votes
cross join (
    select count(distinct order_id) as basket_count
    from ({basket_products(variables, variables.recommendation_days)}) as basket_products
) as baskets
where votes.total_orders <> baskets.basket_count
"""


PRODUCT_VOTES = Contract(
    "analytics.product_votes",
    rules=(no_rows("total_orders is the number of baskets", _wrong_number_of_voting_baskets),),
)

PRODUCT_RECOMMENDATIONS = Contract(
    "analytics.product_recommendations",
    rules=(
        no_rows(
            "the figures are those of the votes",
            """
select shown.source_product_id, shown.recommended_product_id, shown.times_bought_together
from analytics.product_recommendations as shown
left join analytics.product_votes as votes
    on votes.product_a_id = least(shown.source_product_id, shown.recommended_product_id)
    and votes.product_b_id = greatest(shown.source_product_id, shown.recommended_product_id)
where shown.recommendation_basis <> 'best_seller'
    and (
        votes.times_bought_together is null
        or votes.times_bought_together <> shown.times_bought_together
        or abs(
            shown.share_of_votes * case
                when shown.source_product_id = votes.product_a_id then votes.product_a_votes
                else votes.product_b_votes
            end - votes.votes_together
        ) > 0.000001
    )
""",
            explanation="times_bought_together and share_of_votes",
        ),
        no_rows(
            "the page of every product is full",
            f"""
with shown as (
    select source_product_id, count(*) as recommendation_count
    from analytics.product_recommendations
    group by source_product_id
),
popular as (
    select count(*) as sold_count
    from analytics.int_product_popularity
    where product_orders > 0
)
select products.product_id, shown.recommendation_count
from analytics.int_product_popularity as products
cross join popular
left join shown on products.product_id = shown.source_product_id
where coalesce(shown.recommendation_count, 0) <> least(
    {LONGEST_LIST},
    popular.sold_count - case when products.product_orders > 0 then 1 else 0 end
)
""",
            explanation=f"{LONGEST_LIST} recommendations, or as many other products as were sold",
        ),
    ),
)

RECOMMENDATION_SCORECARD = Contract(
    "analytics.recommendation_scorecard",
    rules=(
        expression(
            "the recommendations beat best sellers and do not lose to confidence",
            f"rule <> {literal(RECOMMENDATIONS)} or cut_off <> 5"
            " or (coalesce(ratio_to_best_sellers_lower > 1, true)"
            " and coalesce(ratio_to_confidence_upper >= 1, true))",
            [
                "rule",
                "cut_off",
                "ratio_to_best_sellers_lower",
                "ratio_to_best_sellers_upper",
                "ratio_to_confidence_lower",
                "ratio_to_confidence_upper",
            ],
            explanation="at 5; by the ends of the bootstrap intervals",
            severity=WARN,
            advice="a simpler rule does as well on the newest baskets: look at what was excluded, "
            "at recommendation_days, and at who fills large baskets before trusting the lists",
        ),
    ),
)

PRODUCT_PERFORMANCE = Contract(
    "analytics.product_performance",
    amount="sales",
    rules=(
        no_rows(
            "products hold the sales and returns that name one",
            f"""
select products.sales, products.returned_amount, lines.net_amount, returns.amount
from (
    select coalesce(sum(sales), 0) as sales, coalesce(sum(returned_amount), 0) as returned_amount
    from analytics.product_performance
) as products
cross join (
    select coalesce(sum(items.net_amount), 0) as net_amount
    from staging.stg_order_items as items
    inner join ({STAGED_REVENUE_ORDERS}) as orders on items.order_id = orders.order_id
    where items.product_id is not null
) as lines
cross join (
    select coalesce(sum(amount), 0) as amount
    from staging.stg_returns
    where is_of_a_sale and product_id is not null
) as returns
where products.sales <> lines.net_amount or products.returned_amount <> returns.amount
""",
            explanation="to the cent",
        ),
    ),
)
