"""What can be wrong with a whole file, as exceptions; a fault of one row is no exception."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from analytics_assets.errors import AnalyticsError


class LandingError(AnalyticsError):
    """Nothing was landed. ``faults`` says, for each fault of each file, what to do about it."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        listed = "\n".join(f"- {fault}" for fault in faults)
        super().__init__(f"nothing was landed, the raw tables are as they were:\n{listed}")


class UnknownFormatError(LandingError):
    """The files are of no format that is known. ``draft`` is a shop.yml to start from."""

    def __init__(self, fault: str, draft: str) -> None:
        self.draft = draft
        super().__init__((fault,))


class RowsLostError(RuntimeError):
    """Rows read are not all accounted for: a defect of this door, never of data."""


class FileFault(Exception):  # noqa: N818 - it is collected and reported, never shown by itself
    """One file cannot be landed; the door collects these over all files."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@contextmanager
def reading(file_name: str) -> Iterator[None]:
    """Turn whatever a foreign file makes its reader raise into a FileFault that names the file."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, EOFError, zlib.error) as error:
        raise FileFault(
            f"{file_name}: cannot be read to its end ({printable(error)}). Allowed is a complete "
            "file that this user may read; write or copy the file again"
        ) from error


def printable(error: Exception) -> str:
    """Return what a reader said, without what a terminal would obey."""
    said = " ".join((str(error) or type(error).__name__).split())[:300]
    return said.encode("unicode_escape").decode()


def spell(names: list[str] | tuple[str, ...], most: int = 100) -> str:
    """Return names from outside for a message: look-alike letters visible, a flood cut."""
    listed = ", ".join(ascii(name)[1:-1][:80] for name in names[:most])
    rest = len(names) - most
    return f"{listed} and {rest} more" if rest > 0 else listed
