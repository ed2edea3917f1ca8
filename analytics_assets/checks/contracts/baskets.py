"""The baskets of the lookback window as the checks count them: METHODS section 4, without code."""

from analytics_assets.variables import Variables
from analytics_assets.warehouse.queries.literals import literals


def basket_products(variables: Variables) -> str:
    """Return the query for (order_id, product_id), one row a product of a basket."""
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
    and items.product_id is not null{kept}
"""
