"""The revenue orders that pandas and polars start from; money in cents, as integers."""

ORDERS = """
select customer_id, order_day, order_month, cast(net_amount * 100 as bigint) as cents
from staging.stg_orders
where is_revenue and net_amount > 0
"""
