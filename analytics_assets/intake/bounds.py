"""How much a packed file may unfold into: a few kilobytes must not fill the memory and the disk."""

from pathlib import Path
from typing import BinaryIO

from analytics_assets.intake.faults import FileFault

ALWAYS_ALLOWED = 1 << 24
# Tables of orders pack to a tenth as text, and to a thirtieth of what is read from Parquet.
MOST_TIMES = {".gz": 200, ".parquet": 500}

LARGEST_FOOTER = 1 << 24
_FOOTER_END = 8  # its length in four bytes, then PAR1


class Bound:
    """Counts the bytes that come out of one packed file."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._suffix = path.suffix
        self._size = path.stat().st_size
        self._most = max(ALWAYS_ALLOWED, MOST_TIMES[path.suffix] * self._size)
        self._bytes = 0

    def add(self, count: int) -> None:
        """Count ``count`` more bytes.

        Raises:
            FileFault: more came out than may come out of a file of this size.
        """
        self._bytes += count
        if self._bytes > self._most:
            unpacked = (
                f"if it is what you mean to land, type: gunzip {self._name}"
                if self._suffix == ".gz"
                else "if it is what you mean to land, write it as .csv"
            )
            raise FileFault(
                f"{self._name}: its {self._size} bytes unpack to more than {self._most}. Allowed "
                f"is {MOST_TIMES[self._suffix]} times its size, and always {ALWAYS_ALLOWED} bytes; "
                + unpacked
            )


def check_footer(name: str, file: BinaryIO) -> None:
    """Leave the Parquet ``file`` at its beginning if its footer can be read in reasonable time.

    Raises:
        FileFault: the footer describes too much.
    """
    size = file.seek(0, 2)
    file.seek(max(size - _FOOTER_END, 0))
    footer = int.from_bytes(file.read(4), "little")
    file.seek(0)
    # A length beyond the file is no length: the reader says what is wrong there.
    if LARGEST_FOOTER < footer < size:
        raise FileFault(
            f"{name}: its footer has {footer} bytes, as with hundreds of thousands of columns. "
            f"Allowed are {LARGEST_FOOTER}; write it again with only the columns it needs, "
            "in fewer row groups"
        )
