"""Results as Snowflake sends them: in parts, each with integers no wider than its own values."""

import base64
import io
import uuid
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from starlette.requests import Request
from starlette.responses import Response

# Snowflake's own parts begin with some hundred rows and grow to megabytes.
ROWS_PER_CHUNK = 300
WIDTHS = (pa.int8(), pa.int16(), pa.int32(), pa.int64())


@dataclass
class Chunks:
    """The parts that clients have not fetched yet."""

    waiting: dict[str, bytes] = field(default_factory=dict)

    def cut(self, answer: dict[str, Any], address: str) -> None:
        """Leave the first rows of an answer in it, and addresses for the others."""
        data = answer.get("data") or {}
        if data.get("queryResultFormat") != "arrow" or not data.get("rowsetBase64"):
            return
        rows = pa.ipc.open_stream(base64.b64decode(data["rowsetBase64"])).read_all()
        first, *others = (
            narrowed(rows.slice(start, ROWS_PER_CHUNK))
            for start in range(0, max(rows.num_rows, 1), ROWS_PER_CHUNK)
        )
        data["rowsetBase64"] = base64.b64encode(_stream(first)).decode()
        data["returned"] = first.num_rows
        if others:
            data["chunks"] = [self._keep(part, address) for part in others]
            data["chunkHeaders"] = {}

    async def fetch(self, request: Request) -> Response:
        """Answer the address of one part."""
        return Response(self.waiting[request.path_params["name"]])

    def _keep(self, part: pa.Table, address: str) -> dict[str, Any]:
        name, content = uuid.uuid4().hex, _stream(part)
        self.waiting[name] = content
        return {
            "url": f"{address}emulator/chunks/{name}",
            "rowCount": part.num_rows,
            "uncompressedSize": len(content),
            "compressedSize": len(content),
        }


def narrowed(rows: pa.Table) -> pa.Table:
    """Give whole numbers, and the digits of exact ones, the least width that holds them."""
    for position, column in enumerate(rows.schema):
        digits = _digits(rows.column(position))
        if digits is not None:
            low, high = pc.min_max(digits).as_py().values()
            width = next(
                kind for kind in WIDTHS if low is None or _holds(kind.bit_width, low, high)
            )
            changed = column.with_type(width)
            rows = rows.set_column(position, changed, digits.cast(width))
    return rows


def _digits(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return a column of numbers as its digits without a point, or None where they do not fit."""
    if pa.types.is_integer(column.type):
        return column.cast(pa.int64())
    if pa.types.is_decimal(column.type):
        scale = column.type.scale
        digits = [
            None if value is None else int(value.scaleb(scale)) for value in column.to_pylist()
        ]
        if all(value is None or _holds(64, value, value) for value in digits):
            return pa.chunked_array([pa.array(digits, pa.int64())])
    return None


def _holds(bits: int, low: int, high: int) -> bool:
    return -(2 ** (bits - 1)) <= low and high < 2 ** (bits - 1)


def _stream(rows: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue()
