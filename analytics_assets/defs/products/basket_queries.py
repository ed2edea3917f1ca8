"""SQL that turns staged orders and lines into basket counts.

The statements share temporary tables and run from top to bottom: ``create_basket_items`` is the
only one that reads staging, where every row of a view is computed anew. Lines are made distinct
once, so that every later count is ``count(*)``: ``count(distinct order_id)`` over a self-join costs
four times as much. None of them returns a line; ``basket_lines`` is for whoever has the warehouse
in its own process, and needs none of the others.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from analytics_assets.defs.products.affinity.strata import Stratum
from analytics_assets.lib.warehouse.literals import literal, literals

TEMPORARY_TABLES = ("basket_items", "basket_products", "basket_product_lines")


@dataclass(frozen=True)
class BasketWindow:
    """Which orders are baskets, which codes are no products, and which pairs are worth counting.

    Orders of the ``lookback_days`` days up to and including ``as_of_date`` are counted. Pairs that
    fewer than ``min_pair_orders`` baskets hold are not returned.
    """

    as_of_date: datetime.date
    lookback_days: int
    min_pair_orders: int
    excluded_product_ids: tuple[str, ...] = ()


def create_basket_items(window: BasketWindow) -> str:
    """Return the statement that keeps the window's items: (basket, order_month, product_id).

    The only scan of staging. ``basket`` is a small integer that stands for the order.
    """
    return f"""
create or replace temporary table basket_items as
with demand_orders as (
    select
        order_id,
        cast(row_number() over (order by order_day) as integer) as basket,
        cast(date_trunc('month', order_day) as date) as order_month
    {_demand_orders(window)}
)
{_items(window)}
"""


def _demand_orders(window: BasketWindow) -> str:
    day_before = window.as_of_date - datetime.timedelta(days=window.lookback_days)
    return f"""from staging.stg_orders
    where is_demand
        and order_day > {literal(day_before)}
        and order_day <= {literal(window.as_of_date)}"""


def _items(window: BasketWindow) -> str:
    excluded = ""
    if window.excluded_product_ids:
        excluded = f"\n    and items.product_id not in ({literals(window.excluded_product_ids)})"
    return f"""select demand_orders.basket, demand_orders.order_month, items.product_id
from staging.stg_order_items as items
inner join demand_orders on items.order_id = demand_orders.order_id
where trim(items.product_id) <> ''  -- neither blank nor NULL{excluded}"""


def create_basket_products() -> str:
    """Return the statement that numbers the products from 0, so that code order is id order."""
    return """
create or replace temporary table basket_products as
select
    product_id,
    cast(row_number() over (order by product_id) - 1 as integer) as product_code
from (select distinct product_id from basket_items) as products
"""


def create_basket_product_lines() -> str:
    """Return the statement that keeps one row a basket and product, with the basket's size."""
    return """
create or replace temporary table basket_product_lines as
select
    basket,
    order_month,
    product_code,
    cast(count(*) over (partition by basket) as integer) as basket_size
from (
    select distinct items.basket, items.order_month, products.product_code
    from basket_items as items
    inner join basket_products as products on items.product_id = products.product_id
) as lines
"""


def product_counts() -> str:
    """Return the query for (product_code, product_id, product_orders), one row a product."""
    return """
select products.product_code, products.product_id, count(*) as product_orders
from basket_product_lines as lines
inner join basket_products as products on lines.product_code = products.product_code
group by products.product_code, products.product_id
order by products.product_code
"""


def basket_sizes() -> str:
    """Return the query for (order_month, basket_size, baskets), one row a month and size."""
    return """
select order_month, basket_size, count(*) as baskets
from (
    select order_month, count(*) as basket_size
    from basket_product_lines
    group by basket, order_month
) as baskets
group by order_month, basket_size
order by order_month, basket_size
"""


def partner_counts(strata: Sequence[Stratum]) -> str:
    """Return the query for (product_code, stratum, partners), one row a product and stratum.

    ``stratum`` is the position in ``strata``, which must not be empty. ``partners`` is the sum of
    (basket_size - 1) over the stratum's baskets that hold the product.
    """
    ranges = ",\n        ".join(
        f"({literals((s.month_from, s.month_to, s.size_from, s.size_to, number))})"
        for number, s in enumerate(strata)
    )
    return f"""
with strata as (
    select sizes.order_month, sizes.basket_size, ranges.stratum
    from (select distinct order_month, basket_size from basket_product_lines) as sizes
    inner join (values
        {ranges}
    ) as ranges (month_from, month_to, size_from, size_to, stratum)
        on sizes.order_month between ranges.month_from and ranges.month_to
        and sizes.basket_size between ranges.size_from and ranges.size_to
)
select lines.product_code, strata.stratum, sum(lines.basket_size - 1) as partners
from basket_product_lines as lines
inner join strata
    on lines.order_month = strata.order_month
    and lines.basket_size = strata.basket_size
group by lines.product_code, strata.stratum
order by strata.stratum, lines.product_code
"""


def pair_counts(min_pair_orders: int) -> str:
    """Return the query for (product_a_code, product_b_code, times_bought_together), a < b.

    A product in fewer than ``min_pair_orders`` baskets can be in no pair of that many: it is
    dropped before the join, as are one-item baskets, which hold no pair.
    """
    return f"""
with lines as (
    select basket, product_code
    from basket_product_lines
    where basket_size > 1
        and product_code in (
            select product_code
            from basket_product_lines
            group by product_code
            having count(*) >= {literal(min_pair_orders)}
        )
)
select
    a.product_code as product_a_code,
    b.product_code as product_b_code,
    count(*) as times_bought_together
from lines as a
inner join lines as b on a.basket = b.basket and a.product_code < b.product_code
group by a.product_code, b.product_code
having count(*) >= {literal(min_pair_orders)}
"""


def basket_lines(window: BasketWindow) -> str:
    """Return the query for the window's lines: (basket, order_month, product_id), one row an item.

    ``basket`` is a small integer that stands for the order, ``order_month`` counts months from
    January of year 0. Lines in this process are read by it, in the place of all others.
    """
    return f"""
with demand_orders as (
    select
        order_id,
        cast(row_number() over () as integer) as basket,
        cast(12 * year(order_day) + month(order_day) - 1 as integer) as order_month
    {_demand_orders(window)}
)
{_items(window)}
"""
