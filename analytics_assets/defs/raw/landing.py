"""The raw tables on DuckDB: the shop's own files, or the demonstration shop, through one door."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import duckdb

from analytics_assets.defs.raw.specs import LANDING_TABLES, RAW_TABLES, raw_specs
from analytics_assets.intake import LandingError, LandingReport, land, memory
from analytics_assets.intake.report import share
from analytics_assets.lib.charts.page import facts, figures
from analytics_assets.lib.warehouse.aggregates import row_counts
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.settings import Settings

# Every other table is made anew by the run.
_KEPT_FROM_RUN_TO_RUN = ("analytics.shop_history",)


def landing(settings: Settings) -> dg.AssetsDefinition:
    """Return the asset of the raw tables; they land together or not at all."""
    specs = raw_specs({"python", "duckdb"}, "Landed as it came.", (*RAW_TABLES, *LANDING_TABLES))

    @dg.multi_asset(name="landing", specs=specs)
    def raw_tables(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[DuckDBWarehouse]
    ) -> Iterator[dg.MaterializeResult[None]]:
        is_demo_shop = settings.landing_dir is None
        started = time.perf_counter()
        try:
            if is_demo_shop:
                with warehouse.session() as session:
                    _refuse_to_replace(session.connection, settings)
            directory = settings.landing_dir or _demonstration_shop(context, settings)
            with warehouse.session() as session:
                report = land(
                    session.connection,
                    directory,
                    business_timezone=settings.variables.business_timezone,
                    is_demo_shop=is_demo_shop,
                    of_the_demo_shop=_KEPT_FROM_RUN_TO_RUN,
                )
                landings = row_counts(session, ["raw.landings"])["raw.landings"]
        except LandingError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        _log(context, report)
        yield from _results(report, landings, time.perf_counter() - started)

    return raw_tables


def _refuse_to_replace(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Keep the demonstration shop away from a database that holds a real one.

    Raises:
        LandingError: it does.
    """
    last = memory.last_source(connection)
    is_made_here = last is None and (settings.data_dir / "ground_truth.json").exists()
    if not memory.holds_real_shop(connection) or is_made_here:
        return
    raise LandingError(
        (
            f"{settings.duckdb_path} holds a shop, landed from {last or 'elsewhere'}, and the "
            "demonstration shop never replaces one. Next: set ANALYTICS_LANDING_DIR to the "
            f"folder of the shop's files, such as {last or '/srv/shop'}, or ANALYTICS_DUCKDB_PATH "
            "to another database",
        )
    )


def _demonstration_shop(context: dg.AssetExecutionContext, settings: Settings) -> Path:
    """Return the folder of the demonstration shop, made by its own program."""
    directory = settings.data_dir / "demo_shop"
    context.log.info(f"making the demonstration shop, scale {settings.demo_scale:g}")
    made = subprocess.run(
        [
            *(sys.executable, "-m", "analytics_assets.demo_shop", str(directory)),
            *("--scale", f"{settings.demo_scale:g}"),
            *(("--end", settings.demo_end) if settings.demo_end else ()),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise LandingError((f"the demonstration shop could not be made: {made.stderr[-500:]}",))
    shutil.copyfile(directory / "ground_truth.json", settings.data_dir / "ground_truth.json")
    return directory


def _log(context: dg.AssetExecutionContext, report: LandingReport) -> None:
    for notice in (*report.notices, *(n for t in report.tables.values() for n in t.notices)):
        context.log.info(notice)
    for warning in (*report.warnings, *map(str, report.quarantine)):
        context.log.warning(warning)


def _results(
    report: LandingReport, landings: int, seconds: float
) -> Iterator[dg.MaterializeResult[None]]:
    # All tables land together, so the time is that of all.
    common = facts(None, report.newest_order, seconds)

    def result(name: str, rows: int, found: Mapping[str, object]) -> dg.MaterializeResult[None]:
        metadata = {"dagster/row_count": rows, **common, **found}
        return dg.MaterializeResult(asset_key=dg.AssetKey(["raw", name]), metadata=metadata)

    for name, table in report.tables.items():
        found = {
            "rows_read": table.rows_read,
            "rows_quarantined": table.rows_quarantined,
            "rows_superseded": table.rows_superseded,
            **figures({"quarantined_share": _share(table.rows_quarantined, table.rows_read)}),
            "file": table.file_name or _without_file(table.rows_accepted),
            "notices": "\n".join(table.notices) or "none",
        }
        yield result(name, table.rows_accepted, found)
    quarantined = sum(table.rows_quarantined for table in report.tables.values())
    read = sum(table.rows_read for table in report.tables.values())
    found = {
        **figures({"quarantined_share": _share(quarantined, read)}),
        "faults": report.summary_of_faults() or "none",
    }
    yield result("quarantined_rows", quarantined, found)
    found = {
        "format": report.format,
        "recognised": "\n".join(report.notices),
        "warnings": "\n".join(report.warnings) or "none",
    }
    yield result("landings", landings, found)
    orders = sum(word.orders for word in report.statuses)
    words = "\n".join(
        f"{word.word or '(none)'} as {word.status or '(none)'}: {word.orders:,} orders "
        f"({share(word.orders, orders)}), {word.amount:,.2f}"
        for word in report.statuses
    )
    yield result("shop_statuses", len(report.statuses), {"words": words})


def _without_file(rows: int) -> str:
    return "derived from orders and order_items" if rows else "none"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
