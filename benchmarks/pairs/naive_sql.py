"""The SQL one writes first: count(distinct order_id) over the lines joined with themselves."""

from pathlib import Path

import duckdb

from pairs.rules import MIN_PAIR_ORDERS, measures


def run(database: Path) -> None:
    """Do all in one statement after counting the baskets."""
    demand_lines = """
        select items.order_id, items.product_id
        from staging.stg_order_items as items
        inner join staging.stg_orders as orders on items.order_id = orders.order_id
        where orders.is_demand
    """
    with duckdb.connect(database) as connection:
        row = connection.execute(
            f"select count(distinct order_id) from ({demand_lines}) as lines"
        ).fetchone()
        connection.execute(f"""
            create or replace table analytics.result as
            with lines as ({demand_lines}),
            products as (
                select product_id, count(distinct order_id) as orders
                from lines
                group by product_id
            ),
            pairs as (
                select
                    a.product_id as product_a_id,
                    b.product_id as product_b_id,
                    count(distinct a.order_id) as n_ab
                from lines as a
                inner join lines as b
                    on a.order_id = b.order_id and a.product_id < b.product_id
                group by a.product_id, b.product_id
                having count(distinct a.order_id) >= {MIN_PAIR_ORDERS}
            ),
            counted as (
                select pairs.*, pa.orders as n_a, pb.orders as n_b
                from pairs
                inner join products as pa on pairs.product_a_id = pa.product_id
                inner join products as pb on pairs.product_b_id = pb.product_id
            )
            select product_a_id, product_b_id, {measures(row[0])} from counted
        """)
