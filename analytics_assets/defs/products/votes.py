"""Who votes for whom: every basket has one vote, shared among its items and halved every 60 days.

A basket's vote for each of its items weighs 0.5^(age / 60) / size, age in days from the order to
``as_of_date``, size its distinct products. A product's votes are the sum over the baskets that hold
it, a pair's over those that hold both. ``create_votes`` leaves them in temporary tables, for the
table ``product_votes`` and for the scorecard alike.

A weight is rounded to a multiple of 2^-38 (4e-12): sums of such weights up to 32,768 are exact in a
DOUBLE, so that neither the engine nor the order of adding changes a bit.
"""

import datetime

from analytics_assets.defs.products.baskets import (
    BasketWindow,
    create_basket_items,
    create_basket_products,
)
from analytics_assets.defs.products.counting import weighed_pairs
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.lib.warehouse.literals import literal

HALF_LIFE_DAYS = 60
WEIGHT_UNITS = 2**38

# Adding up in memory takes 6 bytes for the square of the products, and some 50 for every line.
MOST_PRODUCTS_IN_MEMORY = 12_000
MOST_LINES_IN_MEMORY = 20_000_000

TEMPORARY_TABLES = (
    *("basket_items", "basket_products", "vote_lines"),
    *("vote_products", "vote_pairs"),
)

_PAIR_COLUMNS = {
    "product_a_code": "INTEGER",
    "product_b_code": "INTEGER",
    "times_bought_together": "BIGINT",
    "votes_together": "DOUBLE",
}


def create_votes(session: Session, window: BasketWindow) -> None:
    """Count the votes of ``window`` into temporary tables; ``drop_votes`` drops them.

    - vote_products, one row per product of a basket: product_code (0, 1, 2, ... in the order of
      the ids), product_id, product_orders (baskets that hold it), product_votes;
    - vote_pairs, one row per pair in ``window.min_pair_orders`` baskets or more: product_a_code <
      product_b_code, times_bought_together, votes_together.

    A warehouse elsewhere joins its lines with themselves. For one in this process the pairs are
    added up here, which is less work (docs/benchmarks.md), unless they are too many. Both ways give
    the same tables to the last bit.
    """
    session.execute(create_basket_items(window))
    session.execute(create_basket_products())
    session.execute(create_vote_lines(window.as_of_date))
    session.execute(create_vote_products())
    if session.in_process and _fits_into_memory(session):
        lines = session.read("select basket, product_code, weight from vote_lines")
        pairs = weighed_pairs(
            basket=lines["basket"].to_numpy(),
            product=lines["product_code"].to_numpy(),
            weight=lines["weight"].to_numpy(),
            min_pair_orders=window.min_pair_orders,
        )
        session.stage("vote_pairs", pairs, _PAIR_COLUMNS)
    else:
        session.execute(create_vote_pairs(window.min_pair_orders))


def drop_votes(session: Session) -> None:
    """Drop what ``create_votes`` left."""
    for table in TEMPORARY_TABLES:
        session.execute(f"drop table {table}")


def _fits_into_memory(session: Session) -> bool:
    [(products, lines)] = session.read(
        "select count(*) as products, coalesce(sum(product_orders), 0) as lines from vote_products"
    ).itertuples(index=False)
    return bool(products <= MOST_PRODUCTS_IN_MEMORY and lines <= MOST_LINES_IN_MEMORY)


def create_vote_lines(as_of_date: datetime.date) -> str:
    """Return the statement that keeps (basket, product_code, basket_size, weight) of each item."""
    age = f"cast(datediff('day', order_day, {literal(as_of_date)}) as double precision)"
    vote = f"power(cast(0.5 as double precision), {age} / {HALF_LIFE_DAYS}) / count(*)"
    return f"""
create or replace temporary table vote_lines as
with lines as (
    select distinct items.basket, items.order_day, products.product_code
    from basket_items as items
    inner join basket_products as products on items.product_id = products.product_id
),
baskets as (
    select
        basket,
        cast(count(*) as integer) as basket_size,
        round({vote} * {WEIGHT_UNITS}) / {WEIGHT_UNITS} as weight
    from lines
    group by basket, order_day
)
select lines.basket, lines.product_code, baskets.basket_size, baskets.weight
from lines
inner join baskets on lines.basket = baskets.basket
"""


def create_vote_products() -> str:
    """Return the statement for ``vote_products``."""
    return """
create or replace temporary table vote_products as
select
    products.product_code,
    products.product_id,
    count(*) as product_orders,
    sum(lines.weight) as product_votes
from vote_lines as lines
inner join basket_products as products on lines.product_code = products.product_code
group by products.product_code, products.product_id
"""


def create_vote_pairs(min_pair_orders: int) -> str:
    """Return the statement for ``vote_pairs``; a one-item basket holds no pair."""
    return f"""
create or replace temporary table vote_pairs as
with lines as (
    select basket, product_code, weight from vote_lines where basket_size > 1
)
select
    a.product_code as product_a_code,
    b.product_code as product_b_code,
    count(*) as times_bought_together,
    sum(a.weight) as votes_together
from lines as a
inner join lines as b on a.basket = b.basket and a.product_code < b.product_code
group by a.product_code, b.product_code
having count(*) >= {literal(min_pair_orders)}
"""


def product_votes_query(as_of_date: datetime.date) -> str:
    """Return the query for the rows of product_votes, from what ``create_votes`` left."""
    return f"""
select
    a.product_id as product_a_id,
    b.product_id as product_b_id,
    baskets.total_orders,
    a.product_orders as product_a_orders,
    b.product_orders as product_b_orders,
    pairs.times_bought_together,
    a.product_votes as product_a_votes,
    b.product_votes as product_b_votes,
    pairs.votes_together,
    {literal(as_of_date)} as as_of_date
from vote_pairs as pairs
inner join vote_products as a on pairs.product_a_code = a.product_code
inner join vote_products as b on pairs.product_b_code = b.product_code
cross join (select count(distinct basket) as total_orders from vote_lines) as baskets
"""
