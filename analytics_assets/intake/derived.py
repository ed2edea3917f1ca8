"""The two raw tables a folder may lack, from the orders and lines that landed."""

from collections.abc import Mapping

from analytics_assets.intake.schema import RawTable

_CUSTOMERS = {
    "customer_id": "customer_id",
    "registration_date": "min(cast(order_date as date))",
}

# The newest line first; a line without a known order comes last. Ties end in a name or an id.
_AGE = "coalesce(-epoch_us(orders.order_date), 9223372036854775807)"
_CATALOG = {
    "product_id": "items.product_id",
    "product_name": f"arg_min(product_name, struct_pack(age := {_AGE}, tie := product_name))",
    "product_category": (
        f"arg_min(product_category, struct_pack(age := {_AGE}, tie := product_category))"
    ),
    "price": (
        "arg_min(case when unit_price > 0 then unit_price end, "
        f"struct_pack(age := {_AGE}, tie := order_item_id))"
    ),
}


def derive_customers(table: RawTable) -> str:
    """Return the statement that makes raw.customers: one row a known customer of an order.

    registration_date is the day of the first order; the other columns are NULL.
    """
    return f"""
        create or replace table raw.customers as
        select {_values(table, _CUSTOMERS)}
        from raw.orders
        where customer_id is not null
        group by customer_id
    """


def derive_product_catalog(table: RawTable) -> str:
    """Return the statement that makes raw.product_catalog: one row a known product of a line.

    Name and category are those of the newest line that has one, price the newest price above 0;
    the other columns are NULL.
    """
    return f"""
        create or replace table raw.product_catalog as
        select {_values(table, _CATALOG)}
        from raw.order_items as items
        left join raw.orders as orders on items.order_id = orders.order_id
        where items.product_id is not null
        group by items.product_id
    """


def _values(table: RawTable, known: Mapping[str, str]) -> str:
    return ", ".join(
        f"cast({known.get(column.name, 'null')} as {column.sql_type}) as {column.name}"
        for column in table.columns
    )
