"""Files -> one temporary table of text per source, before any rule; every row is counted.

Text is read by DuckDB, strictly; what it refuses is kept with its line. Parquet is read by pyarrow,
which survives spoilt files, and becomes text too, so that one set of rules judges both.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics_assets.intake.bounds import Bound
from analytics_assets.intake.faults import FileFault, printable, reading
from analytics_assets.intake.files import LONGEST_ROW, DataFile

# More than one can look at.
MOST_BROKEN_LINES = 250_000
# Beyond this share of rows it is not a few bytes that are wrong, but the encoding.
MOST_UNREADABLE = 0.05
ROWS_AT_ONCE = 1 << 17

_UNITS_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6}
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799  # years 1 to 9999

Places = Mapping[str, tuple[int, ...]]


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that remember which row came from which file."""
    connection.execute(
        "create or replace temp table landing_files "
        "(source varchar, file_name varchar, first_row bigint, row_count bigint)"
    )
    connection.execute(
        "create or replace temp table landing_rejected (source varchar, file_name varchar, "
        "row_number bigint, shift bigint, reason varchar, line varchar)"
    )


def stage(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    files: Sequence[tuple[DataFile, Places]],
    columns: Mapping[str, str],
) -> int:
    """Make the temporary ``table`` of all rows of ``files``, each of ``columns`` as text.

    ``columns`` gives for each what stands between values that are joined. A column that a file
    lacks is NULL. Lines that do not divide into columns go to
    ``landing_rejected``.

    Returns:
        How many rows the files hold, those that were rejected included.

    Raises:
        FileFault: a file cannot be read to its end.
    """
    described = ", ".join(f'"{name}" varchar' for name in columns)
    connection.execute(f"create or replace temp table {table} ({described})")
    rows = 0
    for file, places in files:
        before = _count(connection, table)
        with reading(file.name):
            read = _stage_text if file.is_text else _stage_parquet
            read(connection, source, table, file, places, columns)
        staged = _count(connection, table) - before
        connection.execute(
            "insert into landing_files values (?, ?, ?, ?)", [source, file.name, before, staged]
        )
        [(rejected,)] = connection.execute(
            "select count(*) from landing_rejected where source = ? and file_name = ?",
            [source, file.name],
        ).fetchall()
        rows += staged + rejected
    return rows


def _stage_text(  # noqa: PLR0917
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    file: DataFile,
    places: Places,
    between: Mapping[str, str],
) -> None:
    with tempfile.TemporaryDirectory(prefix="landing_") as folder:
        path = _readable(file, Path(folder))
        _drop_rejects(connection)
        names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(file.headers)))
        read = (
            f"read_csv('{path}', columns = {{{names}}}, auto_detect = false, header = false, "
            f"skip = {file.header_lines}, sep = '{file.separator}', quote = '\"', escape = '\"', "
            "nullstr = '', strict_mode = true, store_rejects = true, rejects_limit = 0, "
            f"max_line_size = {LONGEST_ROW}, rejects_table = 'landing_errors', "
            "rejects_scan = 'landing_scans', compression = "
            f"'{'gzip' if path.suffix == '.gz' else 'none'}')"
        )
        values = ", ".join(
            f'{_joined(at, between[name])} as "{name}"' for name, at in places.items()
        )
        try:
            connection.execute(f"insert into {table} by name select {values} from {read}")
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            said = printable(error).partition("Possible")[0].rstrip("\\n ")
            raise FileFault(
                f"{file.name}: cannot be read as text with the separator {file.separator!r} "
                f'({said}). Line ends must be all alike, and values in quotes written as "text" '
                "with every quote inside twice. Next: write the file again so"
            ) from None
        _keep_rejects(connection, source, file, places, table)


def _joined(places: tuple[int, ...], between: str) -> str:
    return f" || '{between}' || ".join(f"c{place}" for place in places)


def _readable(file: DataFile, folder: Path) -> Path:
    """Return a path of the file as DuckDB reads it: UTF-8, with a name that is no pattern."""
    packed = file.path.suffix == ".gz"
    if packed:
        bound = Bound(file.path)
        with file.open() as content:
            while block := content.read(1 << 20):
                bound.add(len(block))
    if file.encoding in ("utf-8", "utf_8"):
        link = folder / ("file.csv.gz" if packed else "file.csv")
        link.symlink_to(file.path.absolute())
        return link
    written = folder / "file.csv"
    import codecs  # noqa: PLC0415

    with file.open() as content, written.open("w", encoding="utf-8", newline="") as out:
        for text in codecs.iterdecode(iter(lambda: content.read(1 << 20), b""), file.encoding):
            out.write(text)
    return written


def _drop_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop table if exists landing_errors")
    connection.execute("drop table if exists landing_scans")


def _keep_rejects(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    file: DataFile,
    places: Places,
    table: str,
) -> None:
    errors = connection.execute(
        "select error_type, count(distinct line), min(line) from landing_errors group by error_type"
    ).fetchall()
    found = {kind: (lines, first) for kind, lines, first in errors}
    if "UNQUOTED VALUE" in found:
        line = found["UNQUOTED VALUE"][1]
        raise FileFault(
            f"{file.name}: line {line}: a quoted value does not end, or text follows its closing "
            'quote. Allowed are values in quotes as "text", every quote inside written twice. '
            "Next: correct the line"
        )
    if "LINE SIZE OVER MAXIMUM" in found:
        line = found["LINE SIZE OVER MAXIMUM"][1]
        raise FileFault(
            f"{file.name}: line {line}: the row is longer than {LONGEST_ROW} bytes, as where a "
            "quote is missing. Next: correct the line"
        )
    if sum(lines for lines, _ in found.values()) > MOST_BROKEN_LINES:
        raise FileFault(
            f"{file.name}: more than {MOST_BROKEN_LINES} lines do not have as many values as the "
            f"header, {len(file.headers)}. Next: correct what wrote the file, or its header"
        )
    unreadable = found.get("INVALID ENCODING", (0, 0))[0]
    rows = _count(connection, table) + sum(lines for lines, _ in found.values())
    if unreadable > MOST_UNREADABLE * rows:
        raise FileFault(
            f"{file.name}: {unreadable:,} of {rows:,} rows are not UTF-8. Next: save the file as "
            "UTF-8, or write its encoding into shop.yml, such as `encoding: cp1252` or "
            "`encoding: latin-1`"
        )
    if found:
        connection.execute(
            f"""
            insert into landing_rejected
            select ?, ?, line - {file.header_lines}, line - {file.header_lines} - place + 1,
                   reason, csv_line
            from (
                select line, row_number() over (order by line) as place, reason, csv_line
                from (
                    select
                        line,
                        min(case
                            when error_type = 'INVALID ENCODING' then 'the line is not UTF-8'
                            when error_type = 'TOO MANY COLUMNS'
                            then 'the line has more values than the header, {len(file.headers)}'
                            else 'the line has '
                                || coalesce(nullif(regexp_extract(
                                    error_message, 'Found: ([0-9]+)', 1), ''), 'another number of')
                                || ' values, the header {len(file.headers)}'
                        end) as reason,
                        min(csv_line) as csv_line
                    from landing_errors
                    group by line
                )
            )
            """,
            [source, file.name],
        )
    _drop_rejects(connection)
    _refuse_swallowed_lines(connection, file, places, table)


def _refuse_swallowed_lines(
    connection: duckdb.DuckDBPyConnection, file: DataFile, places: Places, table: str
) -> None:
    """Refuse a file in which one value holds whole rows: a quote opened, and closed rows later."""
    if len(file.headers) < 3:
        return
    mark = "\\t" if file.separator == "\t" else f"[{file.separator}]"
    row = f"\\n[^\\n]*({mark}[^\\n]*){{{min(len(file.headers) - 1, 900)}}}\\n"
    for name in places:
        [(rows, example)] = connection.execute(
            f"""select count(*), min("{name}") from {table}
            where contains("{name}", chr(10)) and regexp_matches("{name}", '{row}')"""
        ).fetchall()
        if rows:
            raise FileFault(
                f"{file.name}: {rows} value(s) of {name} hold whole rows of the file "
                f"({example[:60]!a} ...): a quote opens there and closes rows later. Next: "
                "write every quote inside a value twice, or leave out the quote"
            )


def _stage_parquet(  # noqa: PLR0917
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    file: DataFile,
    places: Places,
    between: Mapping[str, str],
) -> None:
    _ = source
    for place in {place for at in places.values() for place in at}:
        _refuse_type(file, place)
    rows = _Batches(lambda: _parquet_batches(file, places))
    used = sorted({place for at in places.values() for place in at})
    schema = pa.schema([(f"c{place}", _read_as(file.types[place])) for place in used])
    texts = {place: _text(f"c{place}", file.types[place]) for place in used}
    values = ", ".join(
        f" || '{between[name]}' || ".join(texts[place] for place in at) + f' as "{name}"'
        for name, at in places.items()
    )
    connection.register("landing_stream", pa.RecordBatchReader.from_batches(schema, rows.all()))
    try:
        connection.execute(
            f"insert into {table} by name select {values} from landing_stream"
        ).fetchall()
    except duckdb.Error:
        # The engine wraps what the stream raised; the caller needs the original.
        if rows.error is not None:
            raise rows.error from None
        raise
    finally:
        connection.unregister("landing_stream")


def _parquet_batches(file: DataFile, places: Places) -> Iterator[pa.RecordBatch]:
    bound = Bound(file.path)
    used = sorted({place for at in places.values() for place in at})
    count = 0
    with file.path.open("rb") as content:
        parquet = pq.ParquetFile(content)
        for batch in parquet.iter_batches(
            batch_size=ROWS_AT_ONCE, columns=[file.headers[place] for place in used]
        ):
            values = [
                _value(file, batch.column(file.headers[place]), file.types[place], place)
                for place in used
            ]
            rows = pa.record_batch(values, names=[f"c{place}" for place in used])
            bound.add(rows.nbytes)
            count += batch.num_rows
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
    if pa.types.is_large_string(written) or pa.types.is_string_view(written):
        return pa.string()
    if pa.types.is_decimal(written) or pa.types.is_null(written):
        return pa.string()
    return written


def _text(name: str, written: pa.DataType) -> str:
    if pa.types.is_nested(written):
        return f"cast(to_json({name}) as varchar)"
    return f"cast({name} as varchar)"


def _value(file: DataFile, values: pa.Array, written: pa.DataType, place: int) -> pa.Array:
    wanted = _read_as(written)
    if values.null_count == len(values):
        return pa.nulls(len(values), wanted)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type):
        values = _within_years(values)
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        if not pa.types.is_string(wanted):
            raise
        raise FileFault(
            f"{file.name}: column {file.headers[place]} holds text that is not UTF-8. Next: write "
            "the file again as UTF-8"
        ) from None
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


class _Batches:
    """Passes batches on and keeps what is raised."""

    def __init__(self, make: Callable[[], Iterator[pa.RecordBatch]]) -> None:
        self._make = make
        self.error: Exception | None = None

    def all(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._make()
        except Exception as error:
            self.error = error
            raise


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    [(rows,)] = connection.execute(f"select count(*) from {table}").fetchall()
    return int(rows)
