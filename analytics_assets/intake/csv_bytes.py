"""The bytes of a CSV file on their way to its parser: decompressed, UTF-8, in blocks of rows."""

import codecs
import io
from pathlib import Path
from typing import BinaryIO, cast

from analytics_assets.intake.bounds import BoundedGzip
from analytics_assets.intake.csv_rows import QuoteError, line_ends, whole_rows
from analytics_assets.intake.encoding import with_marks
from analytics_assets.intake.faults import FileFault

LONGEST_ROW = 1 << 20
_READ_AT_ONCE = 1 << 21
# A block holds a row's beginning and what is then read, in which a mark makes six bytes of one.
LONGEST_BLOCK = LONGEST_ROW + 6 * _READ_AT_ONCE

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"


def open_bytes(path: Path) -> BinaryIO:
    """Open a .csv or .csv.gz file for reading its decompressed bytes.

    Reading raises FileFault where a .csv.gz unpacks to more than it may.

    Raises:
        FileFault: the content is of another kind than the name says.
        OSError: the file cannot be opened.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    compressed = path.suffix == ".gz"
    for mark, kind in ((_GZIP, "gzip"), (_PARQUET, "Parquet")):
        if magic.startswith(mark) and not (compressed and mark is _GZIP):
            raise FileFault(
                f"{path.name}: holds {kind}. Allowed under this name is comma-separated text"
                f"{' in gzip' if compressed else ''}; give it the ending of what it is"
            )
    if magic.startswith(_UTF16):
        raise FileFault(
            f"{path.name}: is UTF-16. Allowed is UTF-8; save it again with that encoding"
        )
    return cast("BinaryIO", BoundedGzip(path)) if compressed else path.open("rb")


class CsvBytes(io.RawIOBase):
    """A readable file of valid UTF-8 without byte order mark, in blocks of whole rows.

    ``has_marks`` tells, once all is read, whether some bytes were no UTF-8 (see ``encoding``).
    """

    def __init__(self, file_name: str, source: BinaryIO) -> None:
        """Take over ``source``, the file's decompressed bytes, and close it in the end."""
        super().__init__()
        self.has_marks = False
        self._name = file_name
        self._source = source
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._held = b""
        self._line = 1  # at which ``_held`` begins

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = LONGEST_BLOCK) -> bytes:
        """Return the next block of rows, at most ``LONGEST_BLOCK`` bytes; at the end nothing.

        Raises:
            FileFault: a quote is wrong, or a row is too long.
            RuntimeError: ``size`` is less than a block may have.
        """
        if size < LONGEST_BLOCK:
            raise RuntimeError(f"{size} bytes were asked for, a block may have {LONGEST_BLOCK}")
        block = b""
        ended = False
        while not block and not ended:
            if len(self._held) > LONGEST_ROW:
                raise self._fault(self._line, f"the row is longer than {LONGEST_ROW} bytes")
            read = self._source.read(_READ_AT_ONCE)
            ended = not read
            data = self._held + self._utf8(read, ended)
            try:
                rows = whole_rows(data, ended=ended)
            except QuoteError as error:
                line = self._line + line_ends(data[: error.place])
                raise self._fault(line, error.reason) from None
            block, self._held = data[:rows], data[rows:]
            self._line += line_ends(block)
        return block

    def close(self) -> None:
        """Close the file underneath."""
        self._source.close()
        super().close()

    def _utf8(self, read: bytes, ended: bool) -> bytes:
        text = self._decoder.decode(read, ended)
        try:
            return text.encode()
        except UnicodeEncodeError:
            self.has_marks = True
            return with_marks(text).encode()

    def _fault(self, line: int, reason: str) -> FileFault:
        return FileFault(
            f"{self._name}: line {line}: {reason}. Allowed are rows of up to {LONGEST_ROW} bytes, "
            'and values in quotes as "text" with every quote inside written twice; correct the line'
        )
