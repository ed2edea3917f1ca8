"""The SQL one writes first: one statement over the distinct lines, joined with themselves."""

from pathlib import Path

import duckdb


def run(database: Path) -> None:
    """Do all in one statement."""
    with duckdb.connect(database) as connection:
        connection.execute("""
            create or replace table analytics.result as
            with items as (
                select distinct orders.order_id, orders.order_day, items.product_id
                from staging.stg_orders as orders
                inner join staging.stg_order_items as items on orders.order_id = items.order_id
                where orders.is_demand
            ),
            lines as (
                select
                    order_id,
                    product_id,
                    pow(0.5, date_diff('day', order_day, date '2025-11-30') / 60)
                    / count(*) over (partition by order_id) as weight
                from items
            ),
            products as (
                select product_id, count(*) as orders, sum(weight) as votes
                from lines
                group by product_id
            ),
            pairs as (
                select
                    a.product_id as product_a_id,
                    b.product_id as product_b_id,
                    count(*) as times_bought_together,
                    sum(a.weight) as votes_together
                from lines as a
                inner join lines as b
                    on a.order_id = b.order_id and a.product_id < b.product_id
                group by a.product_id, b.product_id
                having count(*) >= 2
            )
            select
                pairs.*,
                (select count(distinct order_id) from lines) as total_orders,
                a.orders as product_a_orders,
                b.orders as product_b_orders,
                a.votes as product_a_votes,
                b.votes as product_b_votes,
                date '2025-11-30' as as_of_date
            from pairs
            inner join products as a on pairs.product_a_id = a.product_id
            inner join products as b on pairs.product_b_id = b.product_id
        """)
