"""A shop's files as CSV, written from the shop's tables in a process of its own.

``python benchmarks/landing/files.py DATABASE FOLDER``. The process that is measured must not write
them, since its peak memory would be that of the writing.
"""

import subprocess
import sys
from pathlib import Path

import duckdb

TABLES = ("orders", "order_items")


def files(database: Path) -> Path:
    """Return the folder of the files beside the shop's database; they are written once."""
    folder = database.with_suffix(".files")
    if not folder.exists():
        subprocess.run([sys.executable, __file__, database, folder], check=True)
    return folder


def main(database: str, folder: str) -> None:
    """Write the tables of schema staging."""
    unfinished = Path(f"{folder}.unfinished")
    unfinished.mkdir()
    with duckdb.connect(database, read_only=True) as connection:
        for table in TABLES:
            path = unfinished / f"{table}.csv"
            connection.execute(f"copy staging.{table} to '{path}' (header)")
    unfinished.rename(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
