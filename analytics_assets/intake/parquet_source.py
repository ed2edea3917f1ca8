"""A .parquet file as numbered rows in the types it was written with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics_assets.intake.bounds import Bound, check_footer
from analytics_assets.intake.encoding import with_marks
from analytics_assets.intake.faults import FileFault, reading
from analytics_assets.intake.header import match
from analytics_assets.intake.parquet_types import allowed_types, read_as
from analytics_assets.intake.schema import Column, RawTable
from analytics_assets.intake.source import row_schema

ROWS_AT_ONCE = 1 << 17

_UNITS_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6}
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799  # years 1 to 9999


class ParquetSource:
    """Source of a Parquet file. A column of an unfit type passes only if it is empty."""

    def __init__(self, path: Path, table: RawTable) -> None:
        """Read the footer.

        Raises:
            FileFault: the file cannot be read, or its columns do not fit the table.
        """
        self.file_name = path.name
        self.has_marks = False
        self._path = path
        with self._open() as parquet:
            schema = parquet.schema_arrow
            header = match(table, path.name, schema.names)
            self.notices = header.notices
            self._names = {name: schema.names[place] for name, place in header.positions.items()}
            self.columns: Mapping[str, pa.DataType] = self._types(parquet, table)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows; see ``source.Source``."""
        first = 1
        bound = Bound(self._path)
        with self._open() as parquet:
            for batch in _batches(parquet, list(self._names.values())):
                numbers = np.arange(first, first + batch.num_rows, dtype=np.int64)
                nothing = pa.nulls(batch.num_rows, pa.string())
                values = [
                    self._readable(batch.column(self._names[name]), kind)
                    for name, kind in self.columns.items()
                ]
                rows = pa.record_batch(
                    [pa.array(numbers), nothing, nothing, *values], schema=row_schema(self.columns)
                )
                bound.add(rows.nbytes)
                yield rows
                first += batch.num_rows
            if first - 1 != parquet.metadata.num_rows:
                raise FileFault(
                    f"{self.file_name}: holds {first - 1} rows, its footer says "
                    f"{parquet.metadata.num_rows}. Allowed is a complete file; write or copy it "
                    "again"
                )

    @contextmanager
    def _open(self) -> Iterator[pq.ParquetFile]:
        with reading(self.file_name), self._path.open("rb") as file:
            check_footer(self.file_name, file)
            yield pq.ParquetFile(file)

    def _types(self, parquet: pq.ParquetFile, table: RawTable) -> dict[str, pa.DataType]:
        types, faults = {}, []
        for name, written_name in self._names.items():
            column = table.column(name)
            written = parquet.schema_arrow.field(written_name).type
            wanted = read_as(column, written)
            if wanted is None and _holds_values(parquet, written_name):
                faults.append(self._unfit(column, written))
            types[name] = wanted or pa.string()
        if faults:
            raise FileFault(*faults)
        return types

    def _unfit(self, column: Column, written: pa.DataType) -> str:
        return (
            f"{self.file_name}: column {column.name} has the type {written}. Allowed types are "
            f"{allowed_types(column)}, with {column.allowed}; write the column in one of them"
        )

    def _readable(self, values: pa.Array, wanted: pa.DataType) -> pa.Array:
        """Return one column's values in the type they are read as, none of them malformed."""
        if values.null_count == len(values):
            return pa.nulls(len(values), wanted)
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        if pa.types.is_timestamp(wanted):
            values = _within_years(values)
        try:
            values.validate(full=True)
        except pa.ArrowInvalid:
            if not pa.types.is_string(wanted):
                raise
            values = self._marked(values)
        return values.cast(wanted, safe=not pa.types.is_timestamp(wanted))

    def _marked(self, values: pa.Array) -> pa.Array:
        self.has_marks = True
        texts = [
            None if value is None else with_marks(value.decode("utf-8", "surrogateescape"))
            for value in values.cast(pa.binary()).to_pylist()
        ]
        return pa.array(texts, pa.string())


def _batches(parquet: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    yield from parquet.iter_batches(batch_size=ROWS_AT_ONCE, columns=columns)


def _holds_values(parquet: pq.ParquetFile, column: str) -> bool:
    return any(batch.column(0).null_count < len(batch) for batch in _batches(parquet, [column]))


def _within_years(values: pa.Array) -> pa.Array:
    """Move times beyond the years 1 to 9999 to their ends: the engine overflows on such values."""
    if values.type.unit == "ns":
        return values
    unit = _UNITS_A_SECOND[values.type.unit]
    first = pa.scalar(_FIRST_SECOND * unit, values.type)
    last = pa.scalar(_LAST_SECOND * unit, values.type)
    later = pc.max_element_wise(values, first, skip_nulls=False)
    return pc.min_element_wise(later, last, skip_nulls=False)
