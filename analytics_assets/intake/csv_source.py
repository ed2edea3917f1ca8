"""A .csv or .csv.gz file as numbered rows of text, the broken lines among them."""

import csv
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from analytics_assets.intake.csv_bytes import LONGEST_BLOCK, CsvBytes, open_bytes
from analytics_assets.intake.faults import FileFault, reading
from analytics_assets.intake.header import match
from analytics_assets.intake.schema import RawTable
from analytics_assets.intake.source import row_schema

# More than one can look at, and each takes a hundred times longer than a whole row.
MOST_BROKEN_LINES = 250_000


class CsvSource:
    """Source of a CSV file: every column is text, an empty value is NULL.

    Separators are commas; a line end is LF, CRLF or CR; a value may stand in quotes and then hold
    all of these. Empty lines are no rows.
    """

    def __init__(self, path: Path, table: RawTable) -> None:
        """Read the header.

        Raises:
            FileFault: the file cannot be read, or its header does not fit the table.
        """
        self.file_name = path.name
        self.has_marks = False
        self._path = path
        with reading(path.name):
            names = _header(path)
        header = match(table, path.name, names)
        self.notices = header.notices
        self._places = header.positions
        self._width = len(names)
        self.columns: Mapping[str, pa.DataType] = dict.fromkeys(header.positions, pa.string())

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows; see ``source.Source``."""
        with reading(self.file_name), _content(self._path) as content:
            yield from self._rows(content)
            self.has_marks = content.has_marks

    def _rows(self, content: CsvBytes) -> Iterator[pa.RecordBatch]:
        broken: list[arrow_csv.InvalidRow] = []
        number = 1  # of the next row, as the parser counts: the header is 1
        for batch in self._parsed(content, broken):
            numbers = _numbers(number, batch.num_rows, [row.number for row in broken])
            if number == 1 and len(numbers):
                batch, numbers = batch.slice(1), numbers[1:]  # noqa: PLW2901
                number = 2
            if len(numbers):
                number = int(numbers[-1]) + 1
                yield self._good_rows(batch, numbers)
            # The parser reads ahead: some may stand after rows that are yet to come.
            yield from self._broken_rows([row for row in broken if row.number < number])
            broken[:] = [row for row in broken if row.number >= number]
        yield from self._broken_rows(broken)

    def _parsed(
        self, content: CsvBytes, broken: list[arrow_csv.InvalidRow]
    ) -> Iterator[pa.RecordBatch]:
        broken_lines = itertools.count(1)

        def note(row: arrow_csv.InvalidRow) -> str:
            broken.append(row)
            return "skip" if next(broken_lines) <= MOST_BROKEN_LINES else "error"

        names = [str(place) for place in range(self._width)]
        wanted = [str(place) for place in self._places.values()]
        try:
            yield from arrow_csv.open_csv(
                pa.PythonFile(content, mode="r"),
                # Only a single thread counts rows.
                read_options=arrow_csv.ReadOptions(
                    use_threads=False, block_size=LONGEST_BLOCK, column_names=names
                ),
                parse_options=arrow_csv.ParseOptions(
                    newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=wanted,
                    column_types=dict.fromkeys(wanted, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            if next(broken_lines) <= MOST_BROKEN_LINES:
                raise
            raise FileFault(
                f"{self.file_name}: more than {MOST_BROKEN_LINES} lines do not have as many values "
                f"as the header, {self._width}. Allowed are whole lines; correct what wrote the "
                "file, or its header"
            ) from None

    def _good_rows(self, batch: pa.RecordBatch, numbers: npt.NDArray[np.int64]) -> pa.RecordBatch:
        nothing = pa.nulls(batch.num_rows, pa.string())
        arrays = [pa.array(numbers - 1), nothing, nothing, *batch.columns]
        return pa.record_batch(arrays, schema=row_schema(self.columns))

    def _broken_rows(self, rows: Sequence[arrow_csv.InvalidRow]) -> Iterator[pa.RecordBatch]:
        if rows:
            reasons = [
                f"the line has {row.actual_columns} values, the header {row.expected_columns}"
                for row in rows
            ]
            arrays = [
                pa.array([row.number - 1 for row in rows], pa.int64()),
                pa.array(reasons),
                pa.array([row.text for row in rows], pa.string()),
                *(pa.nulls(len(rows), pa.string()) for _ in self.columns),
            ]
            yield pa.record_batch(arrays, schema=row_schema(self.columns))


def _numbers(first: int, count: int, broken: list[int]) -> npt.NDArray[np.int64]:
    """Return the numbers of ``count`` rows from ``first`` on, the broken ones left out."""
    candidates = np.arange(first, first + count + len(broken), dtype=np.int64)
    return candidates[~np.isin(candidates, broken)][:count]


def _content(path: Path) -> CsvBytes:
    return CsvBytes(path.name, open_bytes(path))


def _header(path: Path) -> list[str]:
    with _content(path) as content:
        for block in iter(content.read, b""):
            try:
                row = next(filter(None, csv.reader(io.StringIO(block.decode(), newline=""))), None)
            except csv.Error as error:
                raise FileFault(f"{path.name}: the header cannot be read ({error})") from None
            if row:
                return row
    raise FileFault(
        f"{path.name}: is empty. Allowed is a file whose first line names the columns; "
        "write that line, with no rows under it if there are none"
    )
