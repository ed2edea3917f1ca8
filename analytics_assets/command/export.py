"""``make export``: every mart and live table of the published copy as CSV and Parquet."""

import sys
from collections.abc import Iterator
from pathlib import Path

from analytics_assets.defs.published.copy import opened
from analytics_assets.errors import AnalyticsError
from analytics_assets.settings import load_settings

_SCHEMAS = ("analytics", "realtime")


def export(copy: Path, folder: Path) -> Iterator[tuple[Path, int]]:
    """Write each table twice into the folder; yield file and rows.

    The order of columns is that of the table. NULL is an empty field in CSV, dates are ISO 8601.

    Raises:
        NotPublishedError: there is no copy yet.
    """
    with opened(copy) as connection:
        folder.mkdir(parents=True, exist_ok=True)
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            f" where table_schema in {_SCHEMAS} order by table_name"
        ).fetchall()
        for schema, name in names:
            count = connection.execute(f"select count(*) from {schema}.{name}").fetchone()
            for ending, form in (("csv", "csv, header"), ("parquet", "parquet")):
                file = folder / f"{name}.{ending}"
                place = str(file).replace("'", "''")
                connection.execute(f"copy {schema}.{name} to '{place}' (format {form})")
                yield file, count[0] if count else 0


def main() -> int:
    """Write the files and say which; return the exit code of the process."""
    try:
        settings = load_settings()
        for file, rows in export(settings.published_path, settings.data_dir / "export"):
            sys.stdout.write(f"{rows:>12,} rows  {file}\n")
    except AnalyticsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(
        "Excel opens the CSV files; no .xlsx is written, since the project has no library for it\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
