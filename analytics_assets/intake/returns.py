"""Returns that name no sale: each is matched to an earlier order of the same customer."""

import bisect
import datetime
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pyarrow as pa


def match_returns(connection: duckdb.DuckDBPyConnection, given: str) -> None:
    """Give each row of the view ``given`` an order: its own, or the newest that can be meant.

    That is the newest earlier order of ``_customer_id`` in raw.orders that holds the product with
    enough quantity left; where there is none, ``_else_order_id``, a return of an unknown order. The
    view becomes a table; views without ``_customer_id`` stay.
    """
    described = [row[0] for row in connection.execute(f"describe {given}").fetchall()]
    if "_customer_id" not in described:
        return
    connection.execute(f"create or replace temp table {given}_read as from {given}")
    returned = connection.execute(
        f"""
        select _row, _customer_id, product_id, quantity, returned_at from {given}_read
        where order_id is null and _customer_id is not null and product_id is not null
            and quantity > 0
        order by returned_at, _row
        """
    ).fetchall()
    matched = list(_matches(returned, _sold(connection, given))) if returned else []
    columns = ", ".join(f'given."{name}"' for name in described if name != "order_id")
    connection.register(
        "landing_stream",
        pa.table(
            {
                "row_id": pa.array([row for row, _ in matched], pa.int64()),
                "sale": pa.array([order for _, order in matched], pa.string()),
            }
        ),
    )
    connection.execute(
        f"""
        create or replace temp table {given}_matched as
        select {columns}, coalesce(given.order_id, found.sale, given._else_order_id) as order_id
        from {given}_read as given
        left join landing_stream as found on given._row = found.row_id
        """
    )
    connection.unregister("landing_stream")
    connection.execute(f"create or replace temp view {given} as from {given}_matched")


def _sold(
    connection: duckdb.DuckDBPyConnection, given: str
) -> list[tuple[str, str, datetime.datetime, str, Decimal]]:
    return connection.execute(
        f"""
        select orders.customer_id, items.product_id, orders.order_date, orders.order_id,
            sum(items.quantity)
        from raw.orders as orders
        join raw.order_items as items on orders.order_id = items.order_id
        where items.quantity > 0 and (orders.customer_id, items.product_id) in (
            select (_customer_id, product_id) from {given}_read where order_id is null)
        group by all
        order by orders.order_date, orders.order_id
        """
    ).fetchall()


def _matches(
    returned: list[tuple[int, str, str, Decimal, datetime.datetime]],
    sold: list[tuple[str, str, datetime.datetime, str, Decimal]],
) -> Iterator[tuple[int, str]]:
    sales: dict[tuple[str, str], list[tuple[datetime.datetime, str]]] = defaultdict(list)
    left: dict[tuple[str, str, str], Decimal] = {}
    for customer, product, sold_at, order, quantity in sold:
        sales[customer, product].append((sold_at, order))
        left[customer, product, order] = quantity
    for row, customer, product, quantity, returned_at in returned:
        candidates = sales[customer, product]
        newest = bisect.bisect_right(candidates, returned_at, key=lambda sale: sale[0])
        for _, order in reversed(candidates[:newest]):
            if left[customer, product, order] >= quantity:
                left[customer, product, order] -= quantity
                yield row, order
                break
