"""The raw tables as data: every column with its type, its key, and the rows that may not land."""

from collections.abc import Mapping
from dataclasses import dataclass

FIRST_YEAR = 1900
LAST_YEAR = 2100
AMOUNT = "DECIMAL(18,2)"
QUANTITY = "DECIMAL(14,3)"


@dataclass(frozen=True)
class RawTable:
    """One raw table.

    Attributes:
        name: the table in schema raw.
        key: the column whose values are unique.
        needed: a shop cannot land without it; ``returns`` may be empty, the others are derived.
        columns: name and SQL type of all columns, in the table's order.
        filled: the columns that are never NULL.
    """

    name: str
    key: str
    needed: bool
    columns: Mapping[str, str]
    filled: tuple[str, ...]


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "VARCHAR")


_TABLES = (
    RawTable(
        "orders",
        key="order_id",
        needed=True,
        columns={
            **_texts("order_id", "customer_id", "customer_email"),
            "order_date": "TIMESTAMP",
            "order_status": "VARCHAR",
            "total_amount": AMOUNT,
            "discount_percent": "DECIMAL(5,2)",
            "discount_amount": AMOUNT,
            "shipping_cost": AMOUNT,
            "currency": "VARCHAR",
            "updated_at": "TIMESTAMP",
            "is_test": "BOOLEAN",
        },
        filled=("order_id", "order_date"),
    ),
    RawTable(
        "order_items",
        key="order_item_id",
        needed=True,
        columns={
            **_texts("order_item_id", "order_id", "product_id", "product_name", "product_category"),
            "quantity": QUANTITY,
            "unit_price": AMOUNT,
            "line_total": AMOUNT,
            "parent_item_id": "VARCHAR",
        },
        filled=("order_item_id", "order_id"),
    ),
    RawTable(
        "customers",
        key="customer_id",
        needed=False,
        columns={
            **_texts("customer_id", "first_name", "last_name", "email", "phone"),
            **_texts("address", "city", "state", "zip_code"),
            "registration_date": "DATE",
            "customer_segment": "VARCHAR",
            "accepts_marketing": "BOOLEAN",
        },
        filled=("customer_id",),
    ),
    RawTable(
        "product_catalog",
        key="product_id",
        needed=False,
        columns={
            **_texts("product_id", "product_name", "product_category", "description", "features"),
            "price": AMOUNT,
            "stock_quantity": "INTEGER",
            "unit_cost": AMOUNT,
        },
        filled=("product_id",),
    ),
    RawTable(
        "returns",
        key="return_id",
        needed=False,
        columns={
            **_texts("return_id", "order_id", "order_item_id", "product_id"),
            "quantity": QUANTITY,
            "amount": AMOUNT,
            "returned_at": "TIMESTAMP",
            "reason": "VARCHAR",
        },
        filled=("return_id", "order_id", "amount"),
    ),
)
RAW_TABLES: Mapping[str, RawTable] = {table.name: table for table in _TABLES}

QUARANTINE_COLUMNS: Mapping[str, str] = {
    "table_name": "VARCHAR",
    "file_name": "VARCHAR",
    "row_number": "BIGINT",
    "column_name": "VARCHAR",
    "value": "VARCHAR",
    "reason": "VARCHAR",
    "row_content": "VARCHAR",
}
# What a word of the status column may be said to mean; the seed order_statuses knows the same.
STATUSES = (
    *("completed", "shipped", "delivered", "processing", "pending"),
    *("cancelled", "returned", "refunded", "adjustment"),
)
STATUS_COLUMNS: Mapping[str, str] = {
    "status_word": "VARCHAR",
    "order_status": "VARCHAR",
    "orders": "BIGINT",
    "amount": AMOUNT,
}
LANDING_COLUMNS: Mapping[str, str] = {
    "landed_at": "TIMESTAMP",
    "source": "VARCHAR",
    "is_demo_shop": "BOOLEAN",
    "format": "VARCHAR",
    "mode": "VARCHAR",
    "orders": "BIGINT",
    "order_items": "BIGINT",
    "days": "BIGINT",
    "amount": AMOUNT,
    "first_day": "DATE",
    "last_day": "DATE",
    "rows_quarantined": "BIGINT",
    "rows_superseded": "BIGINT",
    "currency": "VARCHAR",
    "customers_by": "VARCHAR",
}
