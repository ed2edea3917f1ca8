"""This project's contracts in a plain Python process: the same statements without a Dagster run."""

import json
import sys
from pathlib import Path

from analytics_assets.definitions import contracts
from analytics_assets.lib.checks.evaluation import evaluate
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse
from analytics_assets.settings import load_settings
from checks.workplace import call, keep, workplace


def run(database: Path) -> None:
    """Run this file in a process of its own."""
    folder, environment = workplace(database, "alone")
    call([sys.executable, "-m", "checks.contracts_alone"], folder, environment)


def collect(database: Path) -> None:
    """Keep what the process found."""
    folder, _ = workplace(database, "alone")
    keep(database, json.loads((folder / "findings.json").read_text()))


def main() -> None:
    """Hold every table to its contract; write findings.json."""
    settings = load_settings()
    findings = []
    for contract in contracts():
        with DuckDBWarehouse(settings.duckdb_path).session() as session:
            findings += [
                (f"{contract.table} {finding.rule.name}", finding.failing_rows)
                for finding in evaluate(session, contract, settings.variables)
            ]
    Path("findings.json").write_text(json.dumps(findings))


if __name__ == "__main__":
    main()
