"""Files of text, read by DuckDB, strictly; what it refuses is kept with its line."""

import io
import tempfile
from pathlib import Path

import duckdb
import numpy as np

from analytics_assets.intake.bounds import Bound
from analytics_assets.intake.faults import FileFault, printable
from analytics_assets.intake.files import LONGEST_ROW, DataFile
from analytics_assets.intake.piece import MOST_UNREADABLE, Piece

# More than one can look at.
MOST_BROKEN_LINES = 250_000

# Were nothing NULL, the reader would let further values pass that are empty.
_NO_VALUE = "\\x01\\x02"
# Lines without anything, where there are carriage returns too.
_BLANK = (b"\n\r\n", b"\r\r")


def stage_text(piece: Piece) -> None:
    """Read a file of text into the table; lines that do not divide go to ``landing_rejected``.

    Raises:
        FileFault: the file cannot be read to its end, or too many lines do not divide.
    """
    file = piece.file
    with tempfile.TemporaryDirectory(prefix="landing_") as folder:
        path, line_ends = _readable(file, Path(folder))
        try:
            if not _is_read(piece, path, is_tidy=line_ends is None):
                line_ends = None
                _read_text(piece, _tidied(file, Path(folder)))
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            said = printable(error).partition("Possible")[0].rstrip("\\n ")
            raise FileFault(
                f"{file.name}: cannot be read as text with the separator {file.separator!r} "
                f'({said}). Values in quotes must be written as "text" with every quote inside '
                "twice. Next: write the file again so"
            ) from None
        rows = _keep_rejects(piece)
        if line_ends is None or line_ends > file.header_lines + rows:
            _refuse_swallowed_lines(piece)


def _is_read(piece: Piece, path: Path, *, is_tidy: bool) -> bool:
    """Read a file, or leave the table as it was: the reader knows one kind of line end per file.

    Raises:
        duckdb.InvalidInputException: a file that is tidy cannot be read either.
    """
    if is_tidy:
        _read_text(piece, path)
        return True
    connection = piece.connection
    connection.begin()
    try:
        _read_text(piece, path)
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


def _read_text(piece: Piece, path: Path) -> None:
    file = piece.file
    _drop_rejects(piece.connection)
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(file.headers)))
    read = (
        f"read_csv('{path}', columns = {{{names}}}, auto_detect = false, header = false, "
        f"skip = {file.header_lines}, sep = '{file.separator}', quote = '\"', escape = '\"', "
        f"nullstr = '{_NO_VALUE}', strict_mode = true, store_rejects = true, rejects_limit = 0, "
        f"max_line_size = {LONGEST_ROW}, rejects_table = 'landing_errors', "
        "rejects_scan = 'landing_scans', compression = "
        f"'{'gzip' if path.suffix == '.gz' else 'none'}')"
    )
    values = ", ".join(
        f'{_joined(at, piece.between[name])} as "{name}"' for name, at in piece.places.items()
    )
    piece.connection.execute(f"insert into {piece.source} by name select {values} from {read}")


def _joined(places: tuple[int, ...], between: str) -> str:
    return f" || '{between}' || ".join(f"nullif(c{place}, '')" for place in places)


def _readable(file: DataFile, folder: Path) -> tuple[Path, int | None]:
    """Return a path of the file as DuckDB reads it, and how many line ends are in it.

    It is UTF-8 without blank lines, and its name is no pattern. None: it had to be tidied for that.
    """
    is_utf_8 = file.encoding in {"utf-8", "utf_8"}
    line_ends = None if file.has_blank_lines or not is_utf_8 else _line_ends(file)
    if line_ends is None:
        return _tidied(file, folder), None
    link = folder / ("file.csv.gz" if file.path.suffix == ".gz" else "file.csv")
    link.symlink_to(file.path.absolute())
    return link, line_ends


def _line_ends(file: DataFile) -> int | None:
    """Count the line ends of a file; None where a line without anything may stand in it.

    Raises:
        FileFault: a packed file unpacks to more than it may.
    """
    bound = Bound(file.path) if file.path.suffix == ".gz" else None
    line_ends, is_blank, end = 0, False, b""
    with file.open() as content:
        while block := content.read(1 << 18):
            if bound is not None:
                bound.add(len(block))
            joined = end + block
            # Line ends are many: NumPy finds them five times as fast as a search in the text.
            ends = np.frombuffer(joined, np.uint8) == ord("\n")
            line_ends += int(np.count_nonzero(ends[len(end) :]))
            is_blank |= bool((ends[1:] & ends[:-1]).any())
            is_blank |= b"\r" in joined and any(mark in joined for mark in _BLANK)
            if is_blank and bound is None:
                break
            end = joined[-3:]
    return None if is_blank else line_ends


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


def _keep_rejects(piece: Piece) -> int:
    """Keep the lines that do not divide, and return how many rows the file has with them.

    Raises:
        FileFault: a quote that does not end, a line that is too long, or too many broken lines.
    """
    connection, file = piece.connection, piece.file
    errors = connection.execute(
        "select error_type, count(distinct line), min(line) from landing_errors group by error_type"
    ).fetchall()
    found = {kind: (lines, first) for kind, lines, first in errors}
    if "UNQUOTED VALUE" in found:
        raise FileFault(
            f"{file.name}: line {found['UNQUOTED VALUE'][1]}: a quoted value does not end, or text "
            'follows its closing quote. Allowed are values in quotes as "text", every quote inside '
            "written twice. Next: correct the line"
        )
    if "LINE SIZE OVER MAXIMUM" in found:
        raise FileFault(
            f"{file.name}: line {found['LINE SIZE OVER MAXIMUM'][1]}: the row is longer than "
            f"{LONGEST_ROW} bytes, as where a quote is missing. Next: correct the line"
        )
    [(broken,)] = connection.execute("select count(distinct line) from landing_errors").fetchall()
    if broken > MOST_BROKEN_LINES:
        raise FileFault(
            f"{file.name}: more than {MOST_BROKEN_LINES} lines do not have as many values as the "
            f"header, {len(file.headers)}. Next: correct what wrote the file, or its header"
        )
    unreadable = found.get("INVALID ENCODING", (0, 0))[0]
    [(before,)] = connection.execute(
        "select coalesce(sum(row_count), 0) from landing_files where source = ?", [piece.source]
    ).fetchall()
    rows = piece.rows - int(before) + int(broken)
    if unreadable > MOST_UNREADABLE * rows:
        raise FileFault(
            f"{file.name}: {unreadable:,} of {rows:,} rows are not UTF-8. Next: save the file as "
            "UTF-8, or write its encoding into shop.yml, such as `encoding: cp1252` or "
            "`encoding: latin-1`"
        )
    if found:
        connection.execute(
            _insert_rejected(len(file.headers), file.header_lines), [piece.source, file.name]
        )
    _drop_rejects(connection)
    return rows


def _insert_rejected(width: int, header_lines: int) -> str:
    """Return the statement that keeps the lines that do not divide, each with one reason."""
    return f"""
        insert into landing_rejected
        select
            ?, ?, line - {header_lines},
            line - {header_lines} - row_number() over (order by line) + 1,
            coalesce(
                'the line has ' || coalesce(
                    min(found) filter (found < {width}), max(found) filter (found > {width})
                ) || ' values, the header {width}',
                'the line is not UTF-8'
            ),
            min(csv_line)
        from (
            select *,
                try_cast(regexp_extract(error_message, 'Found: ([0-9]+)', 1) as integer) as found
            from landing_errors
        )
        group by line
    """


def _refuse_swallowed_lines(piece: Piece) -> None:
    """Refuse a file in which one value holds whole rows: a quote opened, and closed rows later."""
    file = piece.file
    if len(file.headers) < 3:
        return
    mark = "\\t" if file.separator == "\t" else f"[{file.separator}]"
    row = f"\\n[^\\n]*({mark}[^\\n]*){{{min(len(file.headers) - 1, 900)}}}\\n"
    for name in piece.places:
        [(rows, example)] = piece.connection.execute(
            f"""select count(*), min("{name}") from {piece.source}
            where contains("{name}", chr(10)) and regexp_matches("{name}", '{row}')"""
        ).fetchall()
        if rows:
            raise FileFault(
                f"{file.name}: {rows} value(s) of {name} hold whole rows of the file "
                f"({example[:60]!a} ...): a quote opens there and closes rows later. Next: "
                "write every quote inside a value twice, or leave out the quote"
            )
