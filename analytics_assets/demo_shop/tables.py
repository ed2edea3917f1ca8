"""The raw tables: their exact types, and how whole columns of them are made from arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_TEXTS = {
    "customers": "customer_id first_name last_name email phone address city state zip_code",
    "orders": "order_id customer_id",
    "order_items": "order_item_id order_id product_id product_name product_category",
    "product_catalog": "product_id product_name product_category description features",
    "returns": "return_id order_id order_item_id product_id",
}
_OTHERS = {
    "customers": {"registration_date": pa.date32(), "customer_segment": pa.string()},
    "orders": {
        "order_date": pa.timestamp("us"),
        "order_status": pa.string(),
        "total_amount": pa.decimal128(12, 2),
        "discount_percent": pa.decimal128(5, 2),
        "shipping_cost": pa.decimal128(8, 2),
        "customer_email": pa.string(),
        "currency": pa.string(),
        "updated_at": pa.timestamp("us"),
    },
    "order_items": {
        "quantity": pa.int32(),
        "unit_price": pa.decimal128(10, 2),
        "line_total": pa.decimal128(12, 2),
    },
    "product_catalog": {
        "price": pa.decimal128(10, 2),
        "stock_quantity": pa.int32(),
        "unit_cost": pa.decimal128(10, 2),
    },
    "returns": {
        "quantity": pa.int32(),
        "amount": pa.decimal128(12, 2),
        "returned_at": pa.timestamp("us"),
        "reason": pa.string(),
    },
}
SCHEMAS = {
    name: pa.schema({**dict.fromkeys(texts.split(), pa.string()), **_OTHERS[name]})
    for name, texts in _TEXTS.items()
}


def table(name: str, *columns: Any) -> pa.Table:
    """Return a raw table of these columns, which must have the types of its schema."""
    schema = SCHEMAS[name]
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=schema)


def ids(
    prefix: str,
    width: int,
    numbers: npt.NDArray[np.int64],
    missing: npt.NDArray[np.bool_] | None = None,
) -> Any:
    """Return ids as text, ``prefix`` and the number in ``width`` digits; NULL where missing."""
    digits = pc.utf8_lpad(pa.array(numbers, mask=missing).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def texts(
    words: Sequence[str] | pa.Array,
    codes: npt.NDArray[np.integer[Any]],
    missing: npt.NDArray[np.bool_] | None = None,
) -> Any:
    """Return the word of each code as text; NULL where missing."""
    return pa.array(words, pa.string()).take(pa.array(codes, mask=missing))


def money(
    precision: int, cents: npt.NDArray[np.int64], missing: npt.NDArray[np.bool_] | None = None
) -> Any:
    """Return integer hundredths as DECIMAL(precision, 2); NULL where missing.

    A decimal128 is the 128-bit integer of its hundredths: the value, then its sign.
    """
    words = np.column_stack([cents, cents >> 63]).astype("<i8")
    valid = None if missing is None else pa.array(~missing).buffers()[1]
    decimal = pa.decimal128(precision, 2)
    return pa.Array.from_buffers(decimal, len(cents), [valid, pa.py_buffer(words)])
