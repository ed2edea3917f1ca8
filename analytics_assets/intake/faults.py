"""What can be wrong with a whole file, as exceptions; a fault of one row is no exception."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


class LandingError(Exception):
    """Nothing was landed. ``faults`` says, for each fault of each file, what to do about it."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        listed = "\n".join(f"- {fault}" for fault in faults)
        super().__init__(f"nothing was landed, the raw tables are as they were:\n{listed}")


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
        # What a reader quotes of the file may hold anything, even what a terminal would obey.
        said = " ".join((str(error) or type(error).__name__).split())[:300]
        detail = said.encode("unicode_escape").decode()
        raise FileFault(
            f"{file_name}: cannot be read to its end ({detail}). Allowed is a complete .parquet, "
            ".csv or .csv.gz file that this user may read; write or copy the file again"
        ) from error
