"""What both kinds of file become before any rule is applied: numbered rows, nothing left out."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import pyarrow as pa


class Source(Protocol):
    """One file that fits a raw table by its header.

    Attributes:
        file_name: the file's name, without folder.
        columns: the raw columns that the file has, each with its Arrow type.
        notices: what the reader should know about the header.
        has_marks: once all rows are read: whether some text holds an ``encoding.MARK``.
    """

    @property
    def file_name(self) -> str: ...  # noqa: D102
    @property
    def columns(self) -> Mapping[str, pa.DataType]: ...  # noqa: D102
    @property
    def notices(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def has_marks(self) -> bool: ...  # noqa: D102

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield every row of the file once, with the schema ``row_schema(columns)``.

        Raises:
            FileFault: the file cannot be read to its end.
        """
        ...


def row_schema(columns: Mapping[str, pa.DataType]) -> pa.Schema:
    """Return the schema of a source's rows.

    ``row_number`` counts from 1, without header and empty lines. In a row that does not divide
    into the header's columns ``broken`` says why and ``line`` holds its text; in all others both
    are NULL. Then the raw columns.
    """
    fields = [("row_number", pa.int64()), ("broken", pa.string()), ("line", pa.string())]
    return pa.schema([*fields, *columns.items()])
