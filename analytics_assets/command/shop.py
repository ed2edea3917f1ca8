"""``make shop DIR=...``: how a folder of files would be read, before anything is loaded.

What the files cannot say goes into ``shop.yml.draft`` beside them, for a person to complete.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb

from analytics_assets.definitions import build_definitions
from analytics_assets.intake import LandingError, LandingReport, UnknownFormatError, land
from analytics_assets.intake.report import share
from analytics_assets.intake.schema import RAW_TABLES, STATUS_OF_WORD, STATUSES
from analytics_assets.intake.shop_file import DRAFT, NAME
from analytics_assets.lib.failures import causes
from analytics_assets.lib.tables import table
from analytics_assets.settings import CATALOG, SettingsError, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Land the folder into a database that is thrown away, and say what was found.

    Returns the exit code: 1 if the folder cannot land or a run would stop at what landed, with what
    to do about it.
    """
    parser = argparse.ArgumentParser(
        prog="python -m analytics_assets.command.shop", description=__doc__
    )
    parser.add_argument("directory", type=Path, help="folder with the files that a shop exports")
    directory = parser.parse_args(arguments).directory
    try:
        zone = load_settings().variables.business_timezone
        with tempfile.TemporaryDirectory(prefix="shop_") as folder:
            path = Path(folder) / f"{CATALOG}.duckdb"
            with duckdb.connect(path) as connection:
                report = land(connection, directory, business_timezone=zone)
                currencies = connection.execute(
                    "select coalesce(currency, '(none given)'), count(*), sum(total_amount) "
                    "from raw.orders group by 1 order by 2 desc"
                ).fetchall()
            said = shop_yml(report, currencies)
            sys.stdout.write(described(report, currencies))
            sys.stdout.write(_drafted(directory, said) if said else "")
            # Of a large shop the rest takes as long again.
            sys.stdout.flush()
            stops, warnings = _of_a_run(directory, path)
    except UnknownFormatError as error:
        sys.stderr.write(f"{error}\n")
        sys.stdout.write(_drafted(directory, error.draft))
        return 1
    except (LandingError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if warnings:
        sys.stdout.write("\nA run on these files would warn:\n" + _listed(warnings))
        sys.stdout.flush()
    if stops:
        sys.stderr.write(
            "\nA run on these files would stop, and rebuild no mart:\n" + _listed(stops)
        )
        return 1
    if not said and not warnings:
        sys.stdout.write("\nThese files are read as they are: nothing needs saying in shop.yml.\n")
    return 0


def _listed(lines: Sequence[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def _of_a_run(directory: Path, path: Path) -> tuple[list[str], list[str]]:
    """Build staging of the raw tables in the database at ``path``.

    Returns:
        What would stop a run, and what it would warn of.
    """
    settings = load_settings(
        {
            **os.environ,
            "ANALYTICS_TARGET": "duckdb",
            "ANALYTICS_LANDING_DIR": str(directory.resolve()),
            "ANALYTICS_DUCKDB_PATH": str(path),
            "DBT_TARGET_PATH": str(load_settings().dbt_target_path.parent),
        }
    )
    raw = [table(f"raw.{name}").asset_key for name in RAW_TABLES]
    selection = dg.AssetSelection.groups("staging") | dg.AssetSelection.checks_for_assets(*raw)
    job = dg.define_asset_job("shop", selection, executor_def=dg.in_process_executor)
    definitions = dg.Definitions.merge(build_definitions(settings), dg.Definitions(jobs=[job]))
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("shop").execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    stops: list[str] = []
    warnings: list[str] = []
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            is_stop = check.blocking and check.severity is dg.AssetCheckSeverity.ERROR
            (stops if is_stop else warnings).append(
                f"{check.asset_key.to_user_string()}: {check.description}"
            )
    if not stops:
        stops = [f"{step}: {cause}" for step, cause in causes(result.all_events)]
    return stops, warnings


def _drafted(directory: Path, content: str) -> str:
    """Write the draft beside the files, never over one that is there; return what to say of it."""
    written, place = directory / NAME, directory / DRAFT
    if written.exists():
        return f"\n{content}\nNext: complete this, add it to {written}, and ask again.\n"
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(content)
        where = f"It is in {place}"
    except FileExistsError:
        where = f"{place} is another one and stays as it is"
    except OSError:
        where = "The folder may not be written"
    return f"\n{content}\n{where}. Next: complete it, save it as {written}, and ask again.\n"


def described(report: LandingReport, currencies: Sequence[tuple[str, int, Decimal | None]]) -> str:
    """Return what a landing found."""
    lines = [*report.notices, ""]
    for name, landed in report.tables.items():
        lines.append(
            f"{name:<16} {landed.rows_accepted:>12,} rows from "
            f"{landed.file_name or ('the others' if landed.rows_accepted else 'no file')}"
        )
    lines += ["", f"orders from {report.first_order} to {report.newest_order}"]
    orders = sum(count for _, count, _ in currencies)
    for currency, count, amount in currencies:
        lines.append(
            f"currency {currency}: {count:,} orders ({share(count, orders)}), {amount or 0:,.2f}"
        )
    lines += ["", "words of the status column"]
    for word in report.statuses:
        meaning = STATUS_OF_WORD.get(word.status.strip().lower())
        lines.append(
            f"  {word.word or '(none)':<24} {word.orders:>10,} orders {word.amount:>18,.2f}  "
            f"{meaning or 'UNKNOWN: counts for nothing'}"
        )
    lines.append("")
    lines += [notice for landed in report.tables.values() for notice in landed.notices]
    if report.warnings:
        lines += ["", "what may be wrong", *(f"  {warning}" for warning in report.warnings)]
    if report.quarantine:
        lines += ["", "what would be refused", *(f"  {rows}" for rows in report.quarantine)]
    return "\n".join(lines) + "\n"


def shop_yml(report: LandingReport, currencies: Sequence[tuple[str, int, Decimal | None]]) -> str:
    """Return a shop.yml for what a landing did not know; nothing where it knew everything."""
    unknown = [
        word.word for word in report.statuses if word.status.strip().lower() not in STATUS_OF_WORD
    ]
    lines = []
    if unknown:
        lines += [f"# Each word must mean one of {', '.join(STATUSES)}.", "statuses:"]
        lines += [f"  {json.dumps(word, ensure_ascii=False)}: " for word in unknown]
    if len(currencies) > 1:
        lines += [
            "# Orders of another one count by the rates in exchange_rates.csv, or for nothing.",
            f"currency: {currencies[0][0]}",
        ]
    return "\n".join(lines) + "\n" if lines else ""


if __name__ == "__main__":
    sys.exit(main())
