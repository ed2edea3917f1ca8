"""The four raw tables: their exact types, and how whole columns of them are made from arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SCHEMAS = {
    "customers": pa.schema(
        {
            "customer_id": pa.string(),
            "first_name": pa.string(),
            "last_name": pa.string(),
            "email": pa.string(),
            "phone": pa.string(),
            "address": pa.string(),
            "city": pa.string(),
            "state": pa.string(),
            "zip_code": pa.string(),
            "registration_date": pa.date32(),
            "customer_segment": pa.string(),
        }
    ),
    "orders": pa.schema(
        {
            "order_id": pa.string(),
            "customer_id": pa.string(),
            "order_date": pa.timestamp("us"),
            "order_status": pa.string(),
            "total_amount": pa.decimal128(12, 2),
            "discount_percent": pa.decimal128(5, 2),
            "shipping_cost": pa.decimal128(8, 2),
        }
    ),
    "order_items": pa.schema(
        {
            "order_item_id": pa.string(),
            "order_id": pa.string(),
            "product_id": pa.string(),
            "product_name": pa.string(),
            "product_category": pa.string(),
            "quantity": pa.int32(),
            "unit_price": pa.decimal128(10, 2),
            "line_total": pa.decimal128(12, 2),
        }
    ),
    "product_catalog": pa.schema(
        {
            "product_id": pa.string(),
            "product_name": pa.string(),
            "product_category": pa.string(),
            "description": pa.string(),
            "features": pa.string(),
            "price": pa.decimal128(10, 2),
            "stock_quantity": pa.int32(),
            "unit_cost": pa.decimal128(10, 2),
        }
    ),
}


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
    words: Sequence[str],
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
