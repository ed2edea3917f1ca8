"""Which types of a Parquet column may hold which raw column, and the type each is read as."""

import pyarrow as pa

from analytics_assets.intake.schema import Column

_LARGEST_PRECISION = 38


def read_as(column: Column, written: pa.DataType) -> pa.DataType | None:
    """Return the type to read a column as, or None where its type cannot hold such values.

    Ids and texts are read from whole numbers too; a float is no id, since 12345 and 12345.0 would
    be two customers. Times without zone come in microseconds, decimals as wide as the engine's.
    """
    if pa.types.is_dictionary(written):
        written = written.value_type
    if _is_text(written):
        return pa.string()
    fitting = {
        "VARCHAR": _is_whole(written),
        "INTEGER": _is_number(written),
        "DECIMAL": _is_number(written),
        "DATE": _is_time(written),
        "TIMESTAMP": _is_time(written),
    }
    if not fitting[column.sql_type.partition("(")[0]]:
        return None
    if pa.types.is_timestamp(written):
        return pa.timestamp("us")
    if pa.types.is_decimal(written):
        return pa.decimal128(written.precision, written.scale)
    return written


def allowed_types(column: Column) -> str:
    """Return the types a column may have, for people."""
    match column.sql_type.partition("(")[0]:
        case "VARCHAR":
            return "text and whole numbers"
        case "DATE" | "TIMESTAMP":
            return "date, timestamp without time zone, and text"
        case _:
            return f"whole numbers, decimals of up to {_LARGEST_PRECISION} digits, floats and text"


def _is_text(written: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(written)
        or pa.types.is_large_string(written)
        or pa.types.is_string_view(written)
    )


def _is_decimal(written: pa.DataType) -> bool:
    if not pa.types.is_decimal(written):
        return False
    return bool(0 <= written.scale <= written.precision <= _LARGEST_PRECISION)


def _is_whole(written: pa.DataType) -> bool:
    return bool(pa.types.is_integer(written) or (_is_decimal(written) and written.scale == 0))


def _is_number(written: pa.DataType) -> bool:
    floating = pa.types.is_float32(written) or pa.types.is_float64(written)
    return bool(pa.types.is_integer(written) or _is_decimal(written) or floating)


def _is_time(written: pa.DataType) -> bool:
    without_zone = pa.types.is_timestamp(written) and written.tz is None
    return bool(pa.types.is_date(written) or without_zone)
