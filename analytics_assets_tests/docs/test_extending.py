"""The diffs of docs/extending.md, applied to a copy of the project, work as they stand."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from analytics_assets.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("extending")]

NOT_COPIED = shutil.ignore_patterns(
    *(".git", ".venv*", ".dagster", ".*_cache", ".hypothesis", "data", "target", "__pycache__")
)
# What a new table, rule or asset has to satisfy, of the fast tests.
HELD = [
    "test_architecture.py",
    "checks/test_contracts_in_dbt.py",
    "docs/test_tables_page.py",
    "graph/test_definitions.py",
]


@dataclass(frozen=True)
class Extended:
    """The copy with all three diffs, and the shop that was built with it."""

    project: Path
    shop: Path
    environment: dict[str, str]

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(self.shop / "automated_intelligence.duckdb") as connection:
            return connection.execute(sql).fetchall()

    def check_passed(self, asset: dg.AssetKey, name: str) -> bool:
        with dg.DagsterInstance.from_config(str(self.shop)) as instance:
            key = dg.AssetCheckKey(asset, name)
            record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
        evaluation = record.evaluation
        return evaluation is not None and evaluation.passed


def diffs() -> list[str]:
    page = (PROJECT_ROOT / "docs" / "extending.md").read_text()
    return re.findall(r"```diff\n(.*?)```", page, re.S)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Extended:
    project = tmp_path_factory.mktemp("copy") / "analytics_assets"
    shutil.copytree(PROJECT_ROOT, project, ignore=NOT_COPIED)
    for diff in diffs():
        subprocess.run(["git", "apply", "-C1"], cwd=project, input=diff, text=True, check=True)
    shop = tmp_path_factory.mktemp("shop")
    shutil.copy(PROJECT_ROOT / "dagster.yaml", shop)
    environment = {
        **{name: value for name, value in os.environ.items() if "ANALYTICS" not in name},
        "PYTHONPATH": str(project),
        "DAGSTER_HOME": str(shop),
        "ANALYTICS_DUCKDB_PATH": str(shop / "automated_intelligence.duckdb"),
        "ANALYTICS_DEMO_SCALE": "0.01",
    }
    copy = Extended(project, shop, environment)
    # What they are made from, and no more: the whole graph takes twice as long.
    selected = '+key:"revenue_by_state" or +key:"revenue_concentration" or key:"raw/*"'
    built = copy.python(
        *("-m", "dagster", "asset", "materialize", "-m", "analytics_assets.definitions"),
        *("--select", selected),
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return copy


def test_there_is_a_diff_for_a_model_a_check_and_an_asset():
    model, check, asset = diffs()

    assert "models/marts/customer/revenue_by_state.sql" in model
    assert "expression(" in check
    assert "@dg.asset(" in asset


def test_the_new_model_is_built_and_held_to_its_contract(extended: Extended):
    assert extended.rows("select sum(total_revenue) from analytics.revenue_by_state") == (
        extended.rows("select sum(total_revenue) from analytics.customer_lifetime_value")
    )
    assert extended.check_passed(
        dg.AssetKey("revenue_by_state"), "all_states_together_have_the_revenue_of_all_customers"
    )


def test_the_new_check_was_run(extended: Extended):
    assert extended.check_passed(dg.AssetKey(["raw", "customers"]), "an_email_has_an_at_sign")


def test_the_new_asset_is_built_and_held_to_its_contract(extended: Extended):
    [(tenths, customers, share)] = extended.rows(
        "select count(*), sum(customers), sum(revenue_share) from analytics.revenue_concentration"
    )

    assert tenths == 10
    assert [(customers,)] == extended.rows(
        "select count(*) from analytics.customer_lifetime_value where total_orders > 0"
    )
    assert share == pytest.approx(1)
    assert extended.check_passed(dg.AssetKey("revenue_concentration"), "tenth_is_in_range")


def test_the_extended_project_keeps_the_rules_of_the_project(extended: Extended):
    written = extended.python("-m", "analytics_assets.command.tables_page")
    tests = [f"analytics_assets_tests/{path}" for path in HELD]
    tested = extended.python("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    linted = extended.python("-m", "ruff", "check", ".")

    assert written.returncode == 0, written.stderr
    assert tested.returncode == 0, tested.stdout
    assert linted.returncode == 0, linted.stdout
