"""The raw schema as data: every column with its type, what a file must bring, what is allowed.

What a value must look like to land is derived from here by ``rules``; no SQL and no reading of
files belongs in this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FIRST_YEAR = 1900
LAST_YEAR = 2100


@dataclass(frozen=True)
class Column:
    """One column of a raw table.

    Attributes:
        name: its name in the file and in the table.
        sql_type: VARCHAR, INTEGER, DATE, TIMESTAMP or DECIMAL(p,s).
        is_id: an identifier: text that is trimmed, and NULL when nothing is left.
        required: a file without this column is refused.
        filled: a row without a value here is quarantined.
    """

    name: str
    sql_type: str
    is_id: bool = False
    required: bool = False
    filled: bool = False

    @property
    def scale(self) -> int:
        """Digits after the point of a DECIMAL."""
        return int(self.sql_type.rstrip(")").partition(",")[2])

    @property
    def allowed(self) -> str:
        """What a value may look like, for people."""
        years = f"years {FIRST_YEAR} to {LAST_YEAR}"
        match self.sql_type.partition("(")[0]:
            case "DATE":
                form = f"a date YYYY-MM-DD, {years}"
            case "TIMESTAMP":
                form = f"YYYY-MM-DD or YYYY-MM-DD HH:MM[:SS[.ffffff]], local, no zone, {years}"
            case "INTEGER":
                form = "a whole number from -2147483648 to 2147483647, no thousands separators"
            case "DECIMAL":
                form = (
                    f"a number such as -12.5 that fits {self.sql_type}, "
                    "no thousands separators, no currency sign"
                )
            case _:
                form = "text"
        return form if self.filled else f"{form}, or empty"


@dataclass(frozen=True)
class RawTable:
    """One raw table.

    Attributes:
        name: the table in schema raw, and the stem of its file.
        key: the column whose values are unique.
        required: a folder without this file is refused; otherwise the table is derived.
        columns: all columns, in the table's order.
    """

    name: str
    key: str
    required: bool
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return one column by its name.

        Raises:
            KeyError: there is no such column.
        """
        return {column.name: column for column in self.columns}[name]


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "VARCHAR") for name in names)


_ORDERS = RawTable(
    "orders",
    key="order_id",
    required=True,
    columns=(
        Column("order_id", "VARCHAR", is_id=True, required=True, filled=True),
        Column("customer_id", "VARCHAR", is_id=True, required=True),
        Column("order_date", "TIMESTAMP", required=True, filled=True),
        Column("order_status", "VARCHAR", required=True),
        Column("total_amount", "DECIMAL(12,2)", required=True),
        Column("discount_percent", "DECIMAL(5,2)"),
        Column("shipping_cost", "DECIMAL(8,2)"),
    ),
)

_ORDER_ITEMS = RawTable(
    "order_items",
    key="order_item_id",
    required=True,
    columns=(
        Column("order_item_id", "VARCHAR", is_id=True, filled=True),
        Column("order_id", "VARCHAR", is_id=True, required=True, filled=True),
        Column("product_id", "VARCHAR", is_id=True, required=True),
        *_texts("product_name", "product_category"),
        Column("quantity", "INTEGER", required=True),
        Column("unit_price", "DECIMAL(10,2)", required=True),
        Column("line_total", "DECIMAL(12,2)"),
    ),
)

_CUSTOMERS = RawTable(
    "customers",
    key="customer_id",
    required=False,
    columns=(
        Column("customer_id", "VARCHAR", is_id=True, required=True, filled=True),
        *_texts("first_name", "last_name", "email", "phone"),
        *_texts("address", "city", "state", "zip_code"),
        Column("registration_date", "DATE"),
        *_texts("customer_segment"),
    ),
)

_PRODUCT_CATALOG = RawTable(
    "product_catalog",
    key="product_id",
    required=False,
    columns=(
        Column("product_id", "VARCHAR", is_id=True, required=True, filled=True),
        *_texts("product_name", "product_category", "description", "features"),
        Column("price", "DECIMAL(10,2)"),
        Column("stock_quantity", "INTEGER"),
        Column("unit_cost", "DECIMAL(10,2)"),
    ),
)

# Orders and lines come first: the other two can be derived from them.
RAW_TABLES: Mapping[str, RawTable] = {
    table.name: table for table in (_ORDERS, _ORDER_ITEMS, _CUSTOMERS, _PRODUCT_CATALOG)
}

QUARANTINE_COLUMNS: Mapping[str, str] = {
    "table_name": "VARCHAR",
    "file_name": "VARCHAR",
    "row_number": "BIGINT",
    "column_name": "VARCHAR",
    "value": "VARCHAR",
    "reason": "VARCHAR",
    "row_content": "VARCHAR",
}
