"""Which file of the landing folder holds which table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analytics_assets.intake.schema import RAW_TABLES, RawTable

SUFFIXES = (".parquet", ".csv", ".csv.gz")


@dataclass(frozen=True)
class Folder:
    """What was found: the file of each table, names that belong to no table, and faults."""

    files: Mapping[str, Path]
    other_names: tuple[str, ...]
    faults: tuple[str, ...]


def search(directory: Path) -> Folder:
    """Look for one file a table, by exact lower-case name.

    A table that has no file and need not have one is missing from ``files``. Two files for one
    table, a name in other letter case, or a folder in a file's place is a fault.
    """
    try:
        names = sorted(entry.name for entry in directory.iterdir())
    except OSError as error:
        fault = (
            f"{str(directory)!a} cannot be listed ({error.strerror}). Allowed is a folder "
            "that holds orders and order_items as .parquet, .csv or .csv.gz"
        )
        return Folder({}, (), (fault,))
    files: dict[str, Path] = {}
    faults: list[str] = []
    ours: set[str] = set()
    for table in RAW_TABLES.values():
        wanted = [table.name + suffix for suffix in SUFFIXES]
        alike = [name for name in names if name.lower() in wanted]
        ours.update(alike)
        if len(alike) == 1 and alike[0] in wanted and (directory / alike[0]).is_file():
            files[table.name] = directory / alike[0]
        elif alike or table.required:
            faults.append(_fault(table, alike, names, directory))
    return Folder(files, tuple(name for name in names if name not in ours), tuple(faults))


def _fault(table: RawTable, alike: list[str], names: list[str], directory: Path) -> str:
    allowed = " or ".join(table.name + suffix for suffix in SUFFIXES)
    if not alike:
        return (
            f"{table.name}: the file is missing. Allowed is {allowed} in "
            f"{str(directory)!a}, which holds {shown(names) or 'nothing'}; put it there"
        )
    if len(alike) > 1:
        return (
            f"{table.name}: {shown(alike)} are both there and only one can be meant. "
            f"Allowed is one of {allowed}; move the others away"
        )
    if alike[0] != alike[0].lower():
        return (
            f"{table.name}: found {alike[0]}. Allowed is {allowed}; rename it to {alike[0].lower()}"
        )
    return (
        f"{alike[0]}: is no file but a folder, a broken link or a device. "
        f"Allowed is a regular file; put the data in one file {allowed}"
    )


def shown(names: list[str] | tuple[str, ...], most: int = 12) -> str:
    """Return names from outside for a message: look-alike letters visible, a long list cut."""
    listed = ", ".join(ascii(name)[1:-1][:80] for name in names[:most])
    rest = len(names) - most
    return f"{listed} and {rest} more" if rest > 0 else listed
