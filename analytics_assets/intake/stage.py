"""Files -> one temporary table of text per source, before any rule; every row is counted.

Text is read by DuckDB, strictly; what it refuses is kept with its line. Parquet is read by pyarrow,
which survives spoilt files, and becomes text too, so that one set of rules judges both.
"""

import io
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
        path, is_tidy = _readable(file, Path(folder))
        try:
            if not _is_read(connection, table, file, path, places, between, is_tidy=is_tidy):
                path = _tidied(file, Path(folder))
                _read_text(connection, table, file, path, places, between)
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            said = printable(error).partition("Possible")[0].rstrip("\\n ")
            raise FileFault(
                f"{file.name}: cannot be read as text with the separator {file.separator!r} "
                f'({said}). Values in quotes must be written as "text" with every quote inside '
                "twice. Next: write the file again so"
            ) from None
        _keep_rejects(connection, source, file, places, table)


def _is_read(  # noqa: PLR0917
    connection: duckdb.DuckDBPyConnection,
    table: str,
    file: DataFile,
    path: Path,
    places: Places,
    between: Mapping[str, str],
    *,
    is_tidy: bool,
) -> bool:
    """Read a file, or leave the table as it was: the reader knows one kind of line end per file.

    Raises:
        duckdb.InvalidInputException: a file that is tidy cannot be read either.
    """
    if is_tidy:
        _read_text(connection, table, file, path, places, between)
        return True
    connection.begin()
    try:
        _read_text(connection, table, file, path, places, between)
        is_read = not connection.execute(
            "select 1 from landing_errors where error_type = 'UNQUOTED VALUE' limit 1"
        ).fetchall()
    except duckdb.InvalidInputException:
        is_read = False
    except BaseException:
        connection.rollback()
        raise
    if is_read:
        connection.commit()
    else:
        connection.rollback()
    return is_read


def _read_text(  # noqa: PLR0917
    connection: duckdb.DuckDBPyConnection,
    table: str,
    file: DataFile,
    path: Path,
    places: Places,
    between: Mapping[str, str],
) -> None:
    _drop_rejects(connection)
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(file.headers)))
    read = (
        f"read_csv('{path}', columns = {{{names}}}, auto_detect = false, header = false, "
        f"skip = {file.header_lines}, sep = '{file.separator}', quote = '\"', escape = '\"', "
        f"nullstr = '{_NO_VALUE}', strict_mode = true, store_rejects = true, rejects_limit = 0, "
        f"max_line_size = {LONGEST_ROW}, rejects_table = 'landing_errors', "
        "rejects_scan = 'landing_scans', compression = "
        f"'{'gzip' if path.suffix == '.gz' else 'none'}')"
    )
    values = ", ".join(f'{_joined(at, between[name])} as "{name}"' for name, at in places.items())
    connection.execute(f"insert into {table} by name select {values} from {read}")


def _joined(places: tuple[int, ...], between: str) -> str:
    return f" || '{between}' || ".join(f"nullif(c{place}, '')" for place in places)


def _readable(file: DataFile, folder: Path) -> tuple[Path, bool]:
    """Return a path of the file as DuckDB reads it, and whether the file there was tidied.

    It is UTF-8 without blank lines, and its name is no pattern.
    """
    if file.has_blank_lines or file.encoding not in {"utf-8", "utf_8"} or _has_blank_lines(file):
        return _tidied(file, folder), True
    link = folder / ("file.csv.gz" if file.path.suffix == ".gz" else "file.csv")
    link.symlink_to(file.path.absolute())
    return link, False


def _has_blank_lines(file: DataFile) -> bool:
    """Say whether a line without anything may stand in the file.

    Raises:
        FileFault: a packed file unpacks to more than it may.
    """
    bound = Bound(file.path) if file.path.suffix == ".gz" else None
    found, end = False, b""
    with file.open() as content:
        while block := content.read(1 << 20):
            if bound is not None:
                bound.add(len(block))
            joined = end + block
            # A search for one mark is dear where line ends are many, one for a single byte is not.
            marks = _BLANK if b"\r" in joined else _BLANK[:1]
            found = found or any(mark in joined for mark in marks)
            if found and bound is None:
                break
            end = block[-3:]
    return found


# Were nothing NULL, the reader would let further values pass that are empty.
_NO_VALUE = "\\x01\\x02"
_BLANK = (b"\n\n", b"\n\r\n", b"\r\r")


def _tidied(file: DataFile, folder: Path) -> Path:
    """Write the file as UTF-8 with no blank lines and one kind of line end; return where.

    What stands in quotes stays as it is, as do bytes that are no UTF-8.
    """
    written = folder / "tidied.csv"
    is_utf_8 = file.encoding in {"utf-8", "utf_8"}
    # Latin-1 keeps every byte; bytes of a separator, a quote or a line end are in no UTF-8 letter.
    read_as, write_as = ("latin-1", "latin-1") if is_utf_8 else (file.encoding, "utf-8")
    bound = Bound(file.path) if file.path.suffix == ".gz" else None
    with (
        file.open() as content,
        io.TextIOWrapper(content, read_as, newline="") as lines,
        written.open("w", encoding=write_as, newline="") as out,
    ):
        in_quotes = False
        is_first = True
        while line := lines.readline(LONGEST_ROW):
            if bound is not None:
                bound.add(len(line))
            if is_first:
                line = line.removeprefix("\ufeff").removeprefix("\xef\xbb\xbf")
                is_first = False
            was_in_quotes = in_quotes
            in_quotes = _ends_in_quotes(line, file.separator, in_quotes=in_quotes)
            text = line if in_quotes else line.rstrip("\r\n")
            out.write(text)
            if text != line and (text or was_in_quotes):
                out.write("\n")
    return written


def _ends_in_quotes(line: str, separator: str, *, in_quotes: bool) -> bool:
    """Say whether a value in quotes is still open behind a line."""
    place = 0
    if '"' not in line:
        return in_quotes
    while True:
        if in_quotes:
            place = line.find('"', place)
            if place < 0:
                return True
            if line.startswith('""', place):
                place += 2
                continue
            in_quotes = False
        elif line.startswith('"', place):
            in_quotes = True
            place += 1
            continue
        place = line.find(separator, place) + 1
        if not place:
            return False


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
    [(broken,)] = connection.execute("select count(distinct line) from landing_errors").fetchall()
    if broken > MOST_BROKEN_LINES:
        raise FileFault(
            f"{file.name}: more than {MOST_BROKEN_LINES} lines do not have as many values as the "
            f"header, {len(file.headers)}. Next: correct what wrote the file, or its header"
        )
    unreadable = found.get("INVALID ENCODING", (0, 0))[0]
    before = connection.execute(
        "select coalesce(sum(row_count), 0) from landing_files where source = ?", [source]
    ).fetchall()[0][0]
    rows = _count(connection, table) - int(before) + broken
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
                        case
                            when min(found) < {len(file.headers)}
                            then 'the line has ' || min(found)
                                || ' values, the header {len(file.headers)}'
                            when max(found) > {len(file.headers)}
                            then 'the line has ' || max(found)
                                || ' values, the header {len(file.headers)}'
                            else 'the line is not UTF-8'
                        end as reason,
                        min(csv_line) as csv_line
                    from (
                        select *, try_cast(regexp_extract(
                            error_message, 'Found: ([0-9]+)', 1) as integer) as found
                        from landing_errors
                    )
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
    for place in {place for at in places.values() for place in at}:
        _refuse_type(file, place)
    unreadable: list[tuple[int, str]] = []
    rows = _Batches(lambda: _parquet_batches(file, places, unreadable))
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
    _keep_unreadable(connection, source, file, table, unreadable)


def _keep_unreadable(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    file: DataFile,
    table: str,
    unreadable: list[tuple[int, str]],
) -> None:
    """Keep the rows of a Parquet file that hold text that is not UTF-8; too many are refused."""
    if not unreadable:
        return
    rows = _count(connection, table) + len(unreadable)
    if len(unreadable) > MOST_UNREADABLE * rows:
        names = ", ".join(sorted({column for _, column in unreadable}))
        raise FileFault(
            f"{file.name}: column {names} holds text that is not UTF-8, in {len(unreadable):,} of "
            f"{rows:,} rows. Next: write the file again as UTF-8"
        )
    connection.executemany(
        "insert into landing_rejected values (?, ?, ?, ?, ?, null)",
        [
            [source, file.name, row, row - place, f"column {column} is not UTF-8"]
            for place, (row, column) in enumerate(unreadable)
        ],
    )


def _parquet_batches(
    file: DataFile, places: Places, unreadable: list[tuple[int, str]]
) -> Iterator[pa.RecordBatch]:
    bound = Bound(file.path)
    used = sorted({place for at in places.values() for place in at})
    count = 0
    with file.path.open("rb") as content:
        parquet = pq.ParquetFile(content)
        for batch in parquet.iter_batches(
            batch_size=ROWS_AT_ONCE, columns=[file.headers[place] for place in used]
        ):
            broken = _unreadable_rows(file, batch, used)
            if broken:
                unreadable.extend((count + row + 1, broken[row]) for row in sorted(broken))
                readable = [row for row in range(batch.num_rows) if row not in broken]
                columns = [
                    batch.column(file.headers[place]).take(pa.array(readable, pa.int64()))
                    for place in used
                ]
            else:
                columns = [batch.column(file.headers[place]) for place in used]
            values = [
                _value(column, file.types[place])
                for column, place in zip(columns, used, strict=True)
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
