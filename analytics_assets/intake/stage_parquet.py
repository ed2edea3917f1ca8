"""Parquet files, read by pyarrow, which survives spoilt ones; every value becomes text."""

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics_assets.intake.bounds import Bound
from analytics_assets.intake.faults import FileFault
from analytics_assets.intake.files import DataFile
from analytics_assets.intake.piece import MOST_UNREADABLE, Piece

ROWS_AT_ONCE = 1 << 17

_UNITS_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6}
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799  # years 1 to 9999


def stage_parquet(piece: Piece) -> None:
    """Read a Parquet file into the table; rows that are no UTF-8 go to ``landing_rejected``.

    Raises:
        FileFault: a column has a type that is no text, or the file ends early.
    """
    file = piece.file
    used = sorted({place for at in piece.places.values() for place in at})
    for place in used:
        _refuse_type(file, place)
    unreadable: list[tuple[int, str]] = []
    raised: list[Exception] = []
    batches = _noting(raised, _batches(file, used, unreadable))
    schema = pa.schema([(f"c{place}", _read_as(file.types[place])) for place in used])
    texts = {place: _text(f"c{place}", file.types[place]) for place in used}
    values = ", ".join(
        f" || '{piece.between[name]}' || ".join(texts[place] for place in at) + f' as "{name}"'
        for name, at in piece.places.items()
    )
    connection = piece.connection
    connection.register("landing_stream", pa.RecordBatchReader.from_batches(schema, batches))
    try:
        connection.execute(
            f"insert into {piece.source} by name select {values} from landing_stream"
        ).fetchall()
    except duckdb.Error:
        # The engine wraps what the stream raised; the caller needs the original.
        if raised:
            raise raised[0] from None
        raise
    finally:
        connection.unregister("landing_stream")
    _keep_unreadable(piece, unreadable)


def _keep_unreadable(piece: Piece, unreadable: list[tuple[int, str]]) -> None:
    """Keep the rows of a Parquet file that hold text that is not UTF-8; too many are refused."""
    if not unreadable:
        return
    rows = piece.rows + len(unreadable)
    if len(unreadable) > MOST_UNREADABLE * rows:
        names = ", ".join(sorted({column for _, column in unreadable}))
        raise FileFault(
            f"{piece.file.name}: column {names} holds text that is not UTF-8, in "
            f"{len(unreadable):,} of {rows:,} rows. Next: write the file again as UTF-8"
        )
    piece.connection.executemany(
        "insert into landing_rejected values (?, ?, ?, ?, ?, null)",
        [
            [piece.source, piece.file.name, row, row - place, f"column {column} is not UTF-8"]
            for place, (row, column) in enumerate(unreadable)
        ],
    )


def _batches(
    file: DataFile, used: Sequence[int], unreadable: list[tuple[int, str]]
) -> Iterator[pa.RecordBatch]:
    bound = Bound(file.path)
    count = 0
    with file.path.open("rb") as content:
        parquet = pq.ParquetFile(content)
        for batch in parquet.iter_batches(
            batch_size=ROWS_AT_ONCE, columns=[file.headers[place] for place in used]
        ):
            broken = _unreadable_rows(file, batch, used)
            unreadable.extend((count + row + 1, broken[row]) for row in sorted(broken))
            count += batch.num_rows
            if broken:
                readable = [row for row in range(batch.num_rows) if row not in broken]
                batch = batch.take(pa.array(readable, pa.int64()))  # noqa: PLW2901 - what is left
            values = [
                _value(batch.column(file.headers[place]), file.types[place]) for place in used
            ]
            rows = pa.record_batch(values, names=[f"c{place}" for place in used])
            bound.add(rows.nbytes)
            yield rows
        if count != parquet.metadata.num_rows:
            raise FileFault(
                f"{file.name}: holds {count} rows, its footer says "
                f"{parquet.metadata.num_rows}. Next: write or copy it again"
            )


def _refuse_type(file: DataFile, place: int) -> None:
    written = _plain_type(file.types[place])
    if pa.types.is_binary(written) or pa.types.is_large_binary(written):
        raise FileFault(
            f"{file.name}: column {file.headers[place]} has the type {written}. Allowed are text, "
            "numbers, times, true and false. Next: write the column as text"
        )


def _plain_type(written: pa.DataType) -> pa.DataType:
    return written.value_type if pa.types.is_dictionary(written) else written


def _read_as(written: pa.DataType) -> pa.DataType:
    written = _plain_type(written)
    if pa.types.is_timestamp(written):
        return pa.timestamp("us", tz=written.tz)
    is_text = pa.types.is_large_string(written) or pa.types.is_string_view(written)
    if is_text or pa.types.is_decimal(written) or pa.types.is_null(written):
        return pa.string()
    return written


def _text(name: str, written: pa.DataType) -> str:
    return f"cast({f'to_json({name})' if pa.types.is_nested(written) else name} as varchar)"


def _unreadable_rows(file: DataFile, batch: pa.RecordBatch, used: Sequence[int]) -> dict[int, str]:
    """Return the rows of a batch with text that is not UTF-8, and of each a column that has it."""
    found: dict[int, str] = {}
    for place in used:
        values = batch.column(file.headers[place])
        if not pa.types.is_string(_read_as(file.types[place])):
            continue
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
            continue
        try:
            values.validate(full=True)
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):
                raise
            for row, value in enumerate(values.cast(pa.large_binary()).to_pylist()):
                try:
                    (value or b"").decode()
                except UnicodeDecodeError:
                    found.setdefault(row, file.headers[place])
    return found


def _value(values: pa.Array, written: pa.DataType) -> pa.Array:
    wanted = _read_as(written)
    if values.null_count == len(values):
        return pa.nulls(len(values), wanted)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type):
        values = _within_years(values)
    values.validate(full=True)
    return values.cast(wanted, safe=not pa.types.is_timestamp(wanted))


def _within_years(values: pa.Array) -> pa.Array:
    """Move times beyond the years 1 to 9999 to their ends: the engine overflows on such values."""
    if values.type.unit == "ns":
        return values
    zone = values.type.tz
    values = values.cast(pa.timestamp(values.type.unit))
    unit = _UNITS_A_SECOND[values.type.unit]
    first = pa.scalar(_FIRST_SECOND * unit, values.type)
    last = pa.scalar(_LAST_SECOND * unit, values.type)
    later = pc.max_element_wise(values, first, skip_nulls=False)
    within = pc.min_element_wise(later, last, skip_nulls=False)
    return within.cast(pa.timestamp(within.type.unit, zone))


def _noting(raised: list[Exception], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Pass batches on, and keep what is raised."""
    try:
        yield from batches
    except Exception as error:
        raised.append(error)
        raise
