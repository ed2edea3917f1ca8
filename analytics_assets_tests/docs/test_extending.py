"""The diffs of docs/extending.md, applied to a copy of the project, work as they stand."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from analytics_assets.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("extending")]

NOT_COPIED = shutil.ignore_patterns(
    *(".git", ".venv*", ".dagster", ".*_cache", ".hypothesis", "data", "target", "__pycache__")
)
TABLES = ("revenue_by_state", "revenue_concentration")
# Written into the copy, so that its shop is built once for this and for the planted faults.
NUMBERS = """
def test_numbers_of_the_new_tables(shop):
    assert shop.rows(
        "select sum(total_revenue), sum(customers) from analytics.revenue_by_state"
    ) == shop.rows("select sum(total_revenue), count(*) from analytics.customer_lifetime_value")
    [(tenths, customers, share)] = shop.rows(
        "select count(*), sum(customers), sum(revenue_share) from analytics.revenue_concentration"
    )
    assert tenths == 10 and abs(share - 1) < 1e-9
    assert [(customers,)] == shop.rows(
        "select count(*) from analytics.customer_lifetime_value where total_revenue > 0"
    )
    checks = {
        (c.asset_key.path[-1], c.check_name)
        for c in shop.result.get_asset_check_evaluations()
        if c.passed
    }
    assert {
        ("revenue_by_state", "unique_revenue_by_state_state"),
        ("revenue_by_state", "the_table_is_as_described"),
        ("revenue_by_state", "all_states_together_have_the_revenue_of_all_customers"),
        ("revenue_concentration", "the_table_is_as_described"),
        ("revenue_concentration", "tenth_is_in_range"),
        ("revenue_concentration", "the_tenths_have_the_revenue_of_all_buyers"),
    } <= checks
"""


@dataclass(frozen=True)
class Extended:
    """The copy of the project with all three diffs."""

    project: Path

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        tests = self.project / "analytics_assets_tests"
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.project,
            env={
                **{name: value for name, value in os.environ.items() if "ANALYTICS" not in name},
                "PYTHONPATH": f"{self.project}{os.pathsep}{tests}",
                "DBT_TARGET_PATH": str(self.project / "dbt_project" / "target"),
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Extended:
    project = tmp_path_factory.mktemp("copy") / "analytics_assets"
    shutil.copytree(PROJECT_ROOT, project, ignore=NOT_COPIED)
    page = (PROJECT_ROOT / "docs" / "extending.md").read_text()
    diffs = re.findall(r"```diff\n(.*?)```", page, re.S)
    assert len(diffs) == 3
    for diff in diffs:
        subprocess.run(["git", "apply", "-C1"], cwd=project, input=diff, text=True, check=True)
    return Extended(project)


def test_the_extended_project_builds_and_keeps_its_rules(extended: Extended):
    (extended.project / "analytics_assets_tests" / "docs" / "test_numbers.py").write_text(NUMBERS)
    written = extended.python("-m", "analytics_assets.command.tables_page")
    tests = [
        f"analytics_assets_tests/{path}"
        for path in (
            "docs/test_numbers.py",
            "docs/test_tables_page.py",
            "graph/test_definitions.py",
            "graph/test_gating.py::test_every_reader_of_a_blocking_check_is_built_in_another_step",
            "checks/test_planted_faults.py",
        )
    ]
    chosen = " or ".join((*TABLES, "numbers", "definitions", "gating", "tables_page"))
    tested = extended.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *tests)

    assert written.returncode == 0, written.stderr
    assert tested.returncode == 0, tested.stdout
    for table in TABLES:
        assert table in (extended.project / "docs" / "tables.md").read_text()


def test_what_the_page_adds_is_clean(extended: Extended):
    model = "dbt_project/models/marts/customers/revenue_by_state.sql"
    for command in (("ruff", "check", "analytics_assets"), ("sqlfluff", "lint", model)):
        done = extended.python("-m", *command)
        assert done.returncode == 0, done.stdout
