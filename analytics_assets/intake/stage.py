"""All rows of one file -> one temporary table, before any rule; the rows are counted on the way."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from analytics_assets.intake.source import Source, row_schema


def stage(connection: duckdb.DuckDBPyConnection, source: Source, table: str) -> int:
    """Make the temporary table ``table`` of all rows of ``source`` and return how many it gave.

    Raises:
        FileFault: the file cannot be read to its end.
    """
    rows = _Counted(source.batches())
    stream = pa.RecordBatchReader.from_batches(row_schema(source.columns), rows.batches())
    connection.register("landing_stream", stream)
    try:
        connection.execute(
            f"create or replace temp table {table} as from landing_stream"
        ).fetchall()
    except duckdb.Error:
        # The engine wraps what the stream raised; the caller needs the original.
        if rows.error is not None:
            raise rows.error from None
        raise
    finally:
        connection.unregister("landing_stream")
    return rows.count


class _Counted:
    """Passes batches on, counts their rows and keeps what is raised."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self.count = 0
        self.error: Exception | None = None

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._batches:
                self.count += batch.num_rows
                yield batch
        except Exception as error:
            self.error = error
            raise
