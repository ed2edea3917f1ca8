"""What the pairs of products must agree with: the baskets they come from, and each other."""

from analytics_assets.defs.products.checks_baskets import basket_products
from analytics_assets.lib.checks.agreement import agree
from analytics_assets.variables import Variables

NAMES_OTHER_THAN_THE_CATALOGUES = """
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


def wrong_number_of_baskets(variables: Variables) -> str:
    """Return the query for each total_orders that is not the number of baskets."""
    return f"""
select pairs.total_orders, baskets.basket_count
from (select distinct total_orders from analytics.product_affinity) as pairs
cross join (
    select count(distinct order_id) as basket_count
    from ({basket_products(variables)}) as basket_products
) as baskets
where pairs.total_orders <> baskets.basket_count
"""


def wrong_product_orders(variables: Variables) -> str:
    """Return the query for the products whose orders are not the baskets that hold them."""
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


def wrong_number_of_partners(variables: Variables) -> str:
    """Return the query for the products whose pairs do not hold the partners they met.

    A product meets one partner less than each of its baskets has products. What its pairs do not
    hold of that are pairs below min_pair_orders, of which there are no more than other products.
    It finds a missing pair without counting pairs anew, which costs more than all other checks.
    """
    return f"""
with basket_products as (
    {basket_products(variables)}
),
sizes as (
    select order_id, count(*) as product_count from basket_products group by order_id
),
met as (
    select
        basket_products.product_id,
        sum(sizes.product_count - 1) as partners,
        count(*) over () as products
    from basket_products
    inner join sizes on basket_products.order_id = sizes.order_id
    group by basket_products.product_id
),
paired as (
    select product_id, count(*) as pairs, sum(times_bought_together) as partners
    from (
        select product_a_id as product_id, times_bought_together
        from analytics.product_affinity
        union all
        select product_b_id, times_bought_together
        from analytics.product_affinity
    ) as directed
    group by product_id
)
select *
from (
    select
        met.product_id,
        met.partners as partners_met,
        coalesce(paired.partners, 0) as partners_in_pairs,
        {variables.min_pair_orders - 1} * (met.products - 1 - coalesce(paired.pairs, 0))
            as most_in_rare_pairs
    from met
    left join paired on met.product_id = paired.product_id
) as compared
where partners_in_pairs > partners_met
    or partners_met - partners_in_pairs > most_in_rare_pairs
"""


def wrong_q_values(variables: Variables) -> str:
    """Return the query for the pairs whose q value is not Benjamini & Hochberg's (1995).

    Their step-up procedure over k (k - 1) / 2 hypotheses, k the products in at least
    min_pair_orders baskets: the least p * hypotheses / rank of this pair and of those after it.
    """
    return f"""
with tested as (
    select count(*) as products
    from (
        select product_id
        from ({basket_products(variables)}) as basket_products
        group by product_id
        having count(*) >= {variables.min_pair_orders}
    ) as frequent
),
ranked as (
    select
        product_a_id,
        product_b_id,
        p_value,
        q_value,
        row_number() over (order by p_value, product_a_id, product_b_id) as p_rank
    from analytics.product_affinity
),
stepped as (
    select
        product_a_id,
        product_b_id,
        p_value,
        q_value,
        min(p_value * products * (products - 1) * 0.5 / nullif(p_rank, 0)) over (
            order by p_rank rows between current row and unbounded following
        ) as expected_q_value
    from ranked
    cross join tested
)
select product_a_id, product_b_id, p_value, q_value, expected_q_value
from stepped
where not {agree("q_value", "least(1, expected_q_value)")}
"""
