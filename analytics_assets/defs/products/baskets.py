"""Basket counts of one window, from staged orders and lines.

A warehouse elsewhere counts by statements, which share temporary tables and run from top to bottom.
``create_basket_items`` is the only one that reads staging. Lines are made distinct once, so that
every later count is ``count(*)``: ``count(distinct order_id)`` over a self-join costs four times as
much. None of them returns a line.

The lines of a warehouse in this process are read by ``window_items`` alone and counted by
``counting``. Both ways give the same counts.
"""

import datetime
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics_assets.defs.products.counting import BasketCounts, BasketLines, line_counts
from analytics_assets.defs.products.expected_together import Stratum, draw_strata
from analytics_assets.errors import AnalyticsError
from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.lib.warehouse.literals import literal, literals

TEMPORARY_TABLES = ("basket_items", "basket_products", "basket_product_lines")

# Counting in memory takes 2 bytes for the square of the products, and some 80 for every line.
MOST_PRODUCTS_IN_MEMORY = 20_000
MOST_LINES_IN_MEMORY = 60_000_000

# A pair takes 0.33 KB of the worker from its count to its written row: 3.3 GB.
MOST_PAIRS = 10_000_000

Report = Callable[[str], None]

# The weeks of ``Stratum``. No function of the engine's own: on Snowflake the first day of a week is
# a setting of the account.
_ORDER_WEEK = """cast(
            floor(
                cast(datediff('day', cast('1970-01-05' as date), order_day) as double precision) / 7
            ) as integer
        )"""


class TooManyPairsError(AnalyticsError):
    """More pairs than the worker can hold; none of them was fetched."""


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


def basket_counts(
    session: Session, window: BasketWindow, report: Report = lambda _: None
) -> BasketCounts:
    """Count the baskets, products and pairs of ``window``.

    Reads staging.stg_orders (order_id, order_day, is_demand) and staging.stg_order_items
    (order_id, product_id, quantity). A basket is the set of distinct products of one demand order;
    an order without a product is no basket. Lines whose product id is NULL or excluded hold no
    product, and neither do those whose quantity is 0 or less, which took something back. What
    wholly came back (staging.int_returned_products) was not bought together with anything.

    A warehouse elsewhere counts itself: only counts leave it, never a line. Of one in this process
    the lines are read as integers and counted here, which is less work (docs/benchmarks.md), unless
    they are too many. Both ways give the same counts.

    Args:
        session: its temporary tables are dropped again before the counts are returned.
        window: which orders, products and pairs.
        report: called with one sentence after each step that takes time.

    Raises:
        TooManyPairsError: there are more than ``MOST_PAIRS``.
    """
    counts = _counts_in_memory(session, window, report) if session.in_process else None
    return counts or _counts_by_statements(session, window, report)


def _counts_by_statements(session: Session, window: BasketWindow, report: Report) -> BasketCounts:
    """Return the counts, made by the warehouse."""
    session.execute(create_basket_items(window))
    session.execute(create_basket_products())
    session.execute(create_basket_product_lines())
    products = session.read(product_counts())
    sizes = session.read(basket_sizes()).astype("int64")
    total_orders = int(sizes["baskets"].sum())
    report(f"{total_orders:,} baskets of {len(products):,} products")

    strata = draw_strata(sizes)
    if strata:
        partners = session.read(partner_counts(strata))
    else:
        partners = pd.DataFrame({"product_code": [], "stratum": [], "partners": []})

    session.execute(create_basket_pairs(window.min_pair_orders))
    number = int(session.read("select count(*) as pairs from basket_pairs")["pairs"].iloc[0])
    _require_that_they_fit(number, window)
    pairs = session.read("select * from basket_pairs")
    session.execute("drop table basket_pairs")
    report(f"{len(pairs):,} pairs in at least {window.min_pair_orders:,} baskets")
    for table in TEMPORARY_TABLES:
        session.execute(f"drop table {table}")
    return BasketCounts(
        total_orders=total_orders,
        min_pair_orders=window.min_pair_orders,
        products=products.astype({"product_code": "int64", "product_orders": "int64"}),
        partners=partners.astype("int64"),
        pairs=pairs.astype("int64"),
    )


def _counts_in_memory(
    session: Session, window: BasketWindow, report: Report
) -> BasketCounts | None:
    """Return the counts, made here; None where lines or products are too many."""
    lines = _lines(session, window)
    if lines is None:
        return None
    counts = line_counts(lines, window.min_pair_orders)
    _require_that_they_fit(len(counts.pairs), window)
    report(f"{counts.total_orders:,} baskets of {len(counts.products):,} products")
    report(f"{len(counts.pairs):,} pairs in at least {window.min_pair_orders:,} baskets")
    return counts


def _require_that_they_fit(pairs: int, window: BasketWindow) -> None:
    if pairs > MOST_PAIRS:
        raise TooManyPairsError(
            f"at most {MOST_PAIRS:,} pairs of products can be judged (got {pairs:,} in at least "
            f"{window.min_pair_orders:,} baskets of {window.lookback_days:,} days). Next: raise "
            "min_pair_orders or lower lookback_days in ANALYTICS_VARS"
        )


def _lines(session: Session, window: BasketWindow) -> BasketLines | None:
    """Return the window's lines, each batch of them as integers at once: their text is large."""
    numbers: dict[str, int] = {}
    columns: dict[str, list[npt.NDArray[np.int32]]] = {"basket": [], "order_week": []}
    products: list[npt.NDArray[np.int32]] = []
    lines = 0
    with closing(session.batches(window_items(window, "order_week"))) as batches:
        for batch in batches:
            ids = batch.column("product_id").dictionary_encode()
            number = [numbers.setdefault(name, len(numbers)) for name in ids.dictionary.to_pylist()]
            products.append(np.array(number, np.int32)[ids.indices])
            for name, arrays in columns.items():
                # A view would keep the whole batch, text and all.
                arrays.append(batch.column(name).to_numpy().copy())
            lines += len(batch)
            if lines > MOST_LINES_IN_MEMORY or len(numbers) > MOST_PRODUCTS_IN_MEMORY:
                return None
    basket, order_week, product = (
        np.concatenate([np.empty(0, np.int32), *arrays]) for arrays in (*columns.values(), products)
    )
    return BasketLines(basket, order_week, product, list(numbers))


def product_names(session: Session) -> pd.DataFrame:
    """Return product_id (unique), product_name and product_category, NULL where nobody gave one.

    The catalogue's name wins. A product that only lines mention takes the name of its newest
    order's line; of several there the last in the alphabet.
    """
    return session.read(
        """
        with named_lines as (
            select
                items.product_id,
                items.product_name,
                items.product_category,
                row_number() over (
                    partition by items.product_id
                    order by
                        case when items.product_name is null then 1 else 0 end,
                        orders.order_day desc nulls last,
                        items.product_name desc nulls last,
                        items.product_category desc nulls last
                ) as occurrence
            from staging.stg_order_items as items
            inner join staging.stg_orders as orders on items.order_id = orders.order_id
            left join staging.stg_products as products on items.product_id = products.product_id
            where items.product_id is not null and products.product_id is null
        )

        select product_id, product_name, product_category
        from staging.stg_products
        union all
        select product_id, product_name, product_category
        from named_lines
        where occurrence = 1
        """
    )


def window_items(window: BasketWindow, when: Literal["order_day", "order_week"]) -> str:
    """Return the query for the window's items: (basket, ``when``, product_id), one row per line.

    ``basket`` is a small integer that stands for the order. A line holds a product where it has its
    id, which is not excluded, took nothing back, and did not wholly come back by the window's last
    day.
    """
    # Numbered in any order: Snowflake wants one, and sorting costs a quarter of the counting.
    day_before = window.as_of_date - datetime.timedelta(days=window.lookback_days)
    excluded = ""
    if window.excluded_product_ids:
        excluded = f"\n    and items.product_id not in ({literals(window.excluded_product_ids)})"
    return f"""
with demand_orders as (
    select
        order_id,
        order_day,
        cast(row_number() over (order by null) as integer) as basket,
        {_ORDER_WEEK} as order_week
    from staging.stg_orders
    where is_demand
        and order_day > {literal(day_before)}
        and order_day <= {literal(window.as_of_date)}
)
select demand_orders.basket, demand_orders.{when}, items.product_id
from staging.stg_order_items as items
inner join demand_orders on items.order_id = demand_orders.order_id
left join staging.int_returned_products as returned
    on items.order_id = returned.order_id
    and items.product_id = returned.product_id
    and returned.returned_day <= {literal(window.as_of_date)}
where items.product_id is not null
    and items.quantity > 0
    and returned.order_id is null{excluded}
"""


def create_basket_items(window: BasketWindow) -> str:
    """Return the statement that keeps the window's items: (basket, order_day, product_id)."""
    return f"create or replace temporary table basket_items as{window_items(window, 'order_day')}"


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
    """Return the statement that keeps one row per basket and product, with the basket's size."""
    return f"""
create or replace temporary table basket_product_lines as
select
    basket,
    order_week,
    product_code,
    cast(count(*) over (partition by basket) as integer) as basket_size
from (
    select distinct items.basket, {_ORDER_WEEK} as order_week, products.product_code
    from basket_items as items
    inner join basket_products as products on items.product_id = products.product_id
) as lines
"""


def product_counts() -> str:
    """Return the query for (product_code, product_id, product_orders), one row per product."""
    return """
select products.product_code, products.product_id, count(*) as product_orders
from basket_product_lines as lines
inner join basket_products as products on lines.product_code = products.product_code
group by products.product_code, products.product_id
order by products.product_code
"""


def basket_sizes() -> str:
    """Return the query for (order_week, basket_size, baskets), one row per week and size."""
    return """
select order_week, basket_size, count(*) as baskets
from (
    select order_week, count(*) as basket_size
    from basket_product_lines
    group by basket, order_week
) as baskets
group by order_week, basket_size
order by order_week, basket_size
"""


def partner_counts(strata: Sequence[Stratum]) -> str:
    """Return the query for (product_code, stratum, partners), one row per product and stratum.

    ``stratum`` is the position in ``strata``, which must not be empty. ``partners`` is the sum of
    (basket_size - 1) over the stratum's baskets that hold the product.
    """
    ranges = ",\n        ".join(
        f"({literals((s.week_from, s.week_to, s.size_from, s.size_to, number))})"
        for number, s in enumerate(strata)
    )
    return f"""
with strata as (
    select sizes.order_week, sizes.basket_size, ranges.stratum
    from (select distinct order_week, basket_size from basket_product_lines) as sizes
    inner join (values
        {ranges}
    ) as ranges (week_from, week_to, size_from, size_to, stratum)
        on sizes.order_week between ranges.week_from and ranges.week_to
        and sizes.basket_size between ranges.size_from and ranges.size_to
)
select lines.product_code, strata.stratum, sum(lines.basket_size - 1) as partners
from basket_product_lines as lines
inner join strata
    on lines.order_week = strata.order_week
    and lines.basket_size = strata.basket_size
group by lines.product_code, strata.stratum
order by strata.stratum, lines.product_code
"""


def create_basket_pairs(min_pair_orders: int) -> str:
    """Return the statement that keeps (product_a_code, product_b_code, times_bought_together).

    One row per pair, a < b; kept, so that they are counted before any is fetched.

    A product in fewer than ``min_pair_orders`` baskets can be in no pair of that many: it is
    dropped before the join, as are one-item baskets, which hold no pair.
    """
    return f"""
create or replace temporary table basket_pairs as
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
