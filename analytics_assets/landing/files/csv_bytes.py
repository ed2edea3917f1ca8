"""The bytes of a CSV file on their way to its parser: decompressed, valid UTF-8, quotes checked."""

import codecs
import gzip
import io
from pathlib import Path
from typing import BinaryIO, cast

from analytics_assets.landing.files.encoding import with_marks
from analytics_assets.landing.files.faults import FileFault
from analytics_assets.landing.files.quotes import QuoteCheck

# One row must fit into a block; marks make a block at most six times as long.
BLOCK = 1 << 20
LONGEST_READ = 8 * BLOCK

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"


def open_bytes(path: Path) -> BinaryIO:
    """Open a .csv or .csv.gz file for reading its decompressed bytes.

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
    return cast("BinaryIO", gzip.open(path)) if compressed else path.open("rb")


class CsvBytes(io.RawIOBase):
    """A readable file of valid UTF-8 without byte order mark.

    ``has_marks`` tells, once all is read, whether some bytes were no UTF-8 (see ``encoding``).
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.has_marks = False
        self.quotes = QuoteCheck(path.name)
        self._name = path.name
        self._source = open_bytes(path)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._held = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = LONGEST_READ) -> bytes:
        """Return the next block, or nothing at the end.

        Raises:
            FileFault: the quotes are wrong, or ``size`` is too small for a block.
        """
        block = b""
        ended = False
        while not block and not ended:
            read = self._source.read(BLOCK)
            ended = not read
            data = self._held + self._utf8(read, ended)
            # A parser that meets CR at the end of a block takes the next LF for the same line
            # end, even in a quoted value; and a quote's meaning hangs on the byte after it.
            block = data if ended else data.rstrip(b'\r"')
            self._held = data[len(block) :]
            if len(data) > size:
                raise FileFault(f"{self._name}: more than {BLOCK} quotes or line ends in a row")
        if block:
            self.quotes.follow(block)
        if ended:
            self.quotes.finish()
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
