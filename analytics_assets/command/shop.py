"""``make shop DIR=...``: how a folder of files would be read, before anything is loaded."""

import argparse
import csv
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from analytics_assets.intake import LandingError, LandingReport, land
from analytics_assets.intake.report import share
from analytics_assets.intake.schema import STATUSES
from analytics_assets.settings import DBT_PROJECT_DIR, SettingsError, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Land the folder into a database that is thrown away, and say what was found.

    Returns the exit code: 1 if the folder cannot land, with what to do about it.
    """
    parser = argparse.ArgumentParser(
        prog="python -m analytics_assets.command.shop", description=__doc__
    )
    parser.add_argument("directory", type=Path, help="folder with the files that a shop exports")
    directory = parser.parse_args(arguments).directory
    try:
        zone = load_settings().variables.business_timezone
        with (
            tempfile.TemporaryDirectory(prefix="shop_") as folder,
            duckdb.connect(Path(folder) / "shop.duckdb") as connection,
        ):
            report = land(connection, directory, business_timezone=zone)
            currencies = connection.execute(
                "select coalesce(currency, '(none given)'), count(*), sum(total_amount) "
                "from raw.orders group by 1 order by 2 desc"
            ).fetchall()
    except (LandingError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(described(report, currencies))
    return 0


def described(report: LandingReport, currencies: Sequence[tuple[str, int, Decimal | None]]) -> str:
    """Return what a landing found, and a shop.yml to start from."""
    lines = [*report.notices, ""]
    for name, table in report.tables.items():
        lines.append(
            f"{name:<16} {table.rows_accepted:>12,} rows from {table.file_name or 'the others'}"
        )
    lines += ["", f"orders from {report.first_order} to {report.newest_order}"]
    orders = sum(count for _, count, _ in currencies)
    for currency, count, amount in currencies:
        lines.append(
            f"currency {currency}: {count:,} orders ({share(count, orders)}), {amount or 0:,.2f}"
        )
    lines += ["", "words of the status column"]
    meanings = _meanings()
    unknown = []
    for word in report.statuses:
        meaning = meanings.get(word.status.strip().lower())
        if meaning is None:
            unknown.append(word.word)
        lines.append(
            f"  {word.word or '(none)':<24} {word.orders:>10,} orders {word.amount:>18,.2f}  "
            f"{meaning or 'UNKNOWN: counts for nothing'}"
        )
    lines.append("")
    lines += [notice for table in report.tables.values() for notice in table.notices]
    if report.quarantine:
        lines += ["", "what would be refused", *(f"  {rows}" for rows in report.quarantine)]
    lines += ["", "a shop.yml to start from:", ""]
    if unknown:
        lines += [f"# each word must mean one of {', '.join(STATUSES)}", "statuses:"]
        lines += [f'  "{word}": ' for word in unknown]
    else:
        lines.append("# nothing needs saying: these files are read as they are")
    if len(currencies) > 1:
        lines.append(f"currency: {currencies[0][0]}")
    return "\n".join(lines) + "\n"


def _meanings() -> dict[str, str]:
    """Return the canonical status of each word that the seed knows."""
    seed = DBT_PROJECT_DIR / "seeds" / "staging" / "order_statuses.csv"
    rows = csv.DictReader(seed.read_text().splitlines())
    return {row["raw_status"]: row["order_status"] for row in rows}


if __name__ == "__main__":
    sys.exit(main())
