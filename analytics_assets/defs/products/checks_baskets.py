"""The baskets of the lookback window as the checks count them: METHODS section 4, without code."""

from analytics_assets.lib.warehouse.literals import literals
from analytics_assets.variables import Variables


def basket_products(variables: Variables) -> str:
    """Return the query for (order_id, product_id), one row a product of a basket.

    From the raw tables: without the models that the checks check, and three times as fast as
    through the staging views, which join what no basket needs.
    """
    excluded = variables.excluded_product_ids
    kept = f"\n    and trim(items.product_id) not in ({literals(excluded)})" if excluded else ""
    return f"""
select distinct trim(orders.order_id) as order_id, trim(items.product_id) as product_id
from raw.orders as orders
inner join raw.order_items as items on trim(orders.order_id) = trim(items.order_id)
cross join staging.stg_clock as clock
where cast(orders.order_date as date) > clock.as_of_date - {variables.lookback_days}
    and cast(orders.order_date as date) <= clock.as_of_date
    and lower(trim(orders.order_status)) in (
        select raw_status from staging.order_statuses where is_demand
    )
    and trim(items.product_id) <> ''{kept}
"""
