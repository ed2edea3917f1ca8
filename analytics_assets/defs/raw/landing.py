"""The raw tables on DuckDB: the shop's own files, or the demonstration shop, through one door."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from analytics_assets.defs.raw.specs import raw_specs
from analytics_assets.demo_shop import write
from analytics_assets.demo_shop.shop import DEFAULT_SEED
from analytics_assets.intake import LandingError, LandingReport, land
from analytics_assets.lib.charts.page import facts, figures
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.settings import Settings


def landing(settings: Settings) -> dg.AssetsDefinition:
    """Return the asset of the raw tables; they land together or not at all."""
    specs = raw_specs({"python", "duckdb"}, "Landed as it came.")

    @dg.multi_asset(name="landing", specs=specs)
    def raw_tables(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[DuckDBWarehouse]
    ) -> Iterator[dg.MaterializeResult[None]]:
        directory = settings.landing_dir or _demonstration_shop(context, settings)
        started = time.perf_counter()
        with warehouse.session() as session:
            try:
                report = land(session.connection, directory)
            except LandingError as error:
                raise dg.Failure(str(error), allow_retries=False) from None
        _log(context, report)
        yield from _results(report, time.perf_counter() - started)

    return raw_tables


def _demonstration_shop(context: dg.AssetExecutionContext, settings: Settings) -> Path:
    directory = settings.data_dir / "demo_shop"
    context.log.info(f"making the demonstration shop, scale {settings.demo_scale:g}")
    write((settings.demo_scale, DEFAULT_SEED), directory)
    shutil.copyfile(directory / "ground_truth.json", settings.data_dir / "ground_truth.json")
    return directory


def _log(context: dg.AssetExecutionContext, report: LandingReport) -> None:
    for table in report.tables.values():
        for notice in table.notices:
            context.log.info(notice)
    for rows in report.quarantine:
        context.log.warning(str(rows))


def _results(report: LandingReport, seconds: float) -> Iterator[dg.MaterializeResult[None]]:
    # All tables land together, so the time is that of all.
    common = facts(None, report.newest_order, seconds)
    for name, table in report.tables.items():
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["raw", name]),
            metadata={
                "dagster/row_count": table.rows_accepted,
                **common,
                "rows_read": table.rows_read,
                "rows_quarantined": table.rows_quarantined,
                **figures({"quarantined_share": _share(table.rows_quarantined, table.rows_read)}),
                "file": table.file_name or "derived from orders and order_items",
            },
        )
    quarantined = sum(table.rows_quarantined for table in report.tables.values())
    read = sum(table.rows_read for table in report.tables.values())
    yield dg.MaterializeResult(
        asset_key=dg.AssetKey(["raw", "quarantined_rows"]),
        metadata={
            "dagster/row_count": quarantined,
            **common,
            **figures({"quarantined_share": _share(quarantined, read)}),
            "faults": report.summary_of_faults() or "none",
        },
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
