"""Which column of a file is which column of the raw table."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics_assets.intake.directory import shown
from analytics_assets.intake.faults import FileFault
from analytics_assets.intake.schema import RawTable


@dataclass(frozen=True)
class Header:
    """The file's position of each raw column it has, and what to tell about the others."""

    positions: Mapping[str, int]
    notices: tuple[str, ...]


def match(table: RawTable, file_name: str, names: Sequence[str]) -> Header:
    """Match the file's column names, blanks around them and letter case aside.

    Raises:
        FileFault: a required column is missing, or a raw column is there twice; all of them.
    """
    found = [name.strip().lower() for name in names]
    faults = []
    for column in table.columns:
        if found.count(column.name) > 1:
            places = [str(place) for place, name in enumerate(found, 1) if name == column.name]
            faults.append(
                f"{file_name}: column {column.name} is there {len(places)} times (columns "
                f"{', '.join(places)}, letter case aside). Allowed is once; remove or rename "
                "the others"
            )
        if column.required and column.name not in found:
            faults.append(_missing(column.name, column.allowed, file_name, names))
    if faults:
        raise FileFault(*faults)
    wanted = {column.name for column in table.columns}
    positions = {name: place for place, name in enumerate(found) if name in wanted}
    notices = []
    if ignored := [name for name in names if name.strip().lower() not in wanted]:
        notices.append(f"{file_name}: ignored columns: {shown(ignored)}")
    if absent := [column.name for column in table.columns if column.name not in positions]:
        notices.append(f"{file_name}: optional columns that are not there: {shown(absent)}")
    return Header(positions, tuple(notices))


def _missing(column: str, allowed: str, file_name: str, names: Sequence[str]) -> str:
    fault = (
        f"{file_name}: column {column} is missing; the file has: {shown(tuple(names))}. "
        f"Allowed in it: {allowed}."
    )
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        return f"{fault} The header seems to use another separator; write it with commas"
    if close := difflib.get_close_matches(column, [name.strip().lower() for name in names], n=1):
        return f"{fault} Rename {shown(close)} if that is what it holds"
    return f"{fault} Add it, or rename the column that holds it"
