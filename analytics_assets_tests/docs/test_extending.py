"""The diffs of docs/extending.md, applied to a copy of the project, work as they stand."""

import json
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
BUILD = """
import json, sys
from pathlib import Path
from materialized_shop import build_shop

shop = build_shop(Path(sys.argv[1]))
print(json.dumps({
    "rows": {name: count for name, (count, _) in shop.hashes().items()},
    "state": str(shop.rows("select sum(total_revenue), sum(customers) "
        "from analytics.revenue_by_state")),
    "customers": str(shop.rows("select sum(total_revenue), count(*) "
        "from analytics.customer_lifetime_value")),
    "tenths": shop.rows("select count(*), sum(customers), round(sum(revenue_share), 9) "
        "from analytics.revenue_concentration"),
    "buyers": shop.rows("select count(*) from analytics.customer_lifetime_value "
        "where total_revenue > 0"),
    "checks": [
        [c.asset_key.path[-1], c.check_name, c.passed]
        for c in shop.result.get_asset_check_evaluations()
    ],
}, default=float))
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


def test_the_new_tables_are_built_and_held_to_their_checks(extended: Extended, tmp_path: Path):
    done = extended.python("-c", BUILD, str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    built = json.loads(done.stdout.splitlines()[-1])

    assert built["state"] == built["customers"]
    [[tenths, customers, share]] = built["tenths"]
    assert (tenths, share) == (10, 1)
    assert [[customers]] == built["buyers"]
    checks = {(table, name): passed for table, name, passed in built["checks"] if table in TABLES}
    assert all(checks.values()), checks
    assert {
        ("revenue_by_state", "unique_revenue_by_state_state"),
        ("revenue_by_state", "the_key_is_unique_and_never_missing"),
        ("revenue_by_state", "all_states_together_have_the_revenue_of_all_customers"),
        ("revenue_concentration", "the_key_is_unique_and_never_missing"),
        ("revenue_concentration", "tenth_is_in_range"),
        ("revenue_concentration", "the_tenths_have_the_revenue_of_all_buyers"),
    } <= set(checks)


def test_the_extended_project_keeps_the_rules_of_the_project(extended: Extended):
    written = extended.python("-m", "analytics_assets.command.tables_page")
    linted = extended.python("-m", "ruff", "check", "analytics_assets")
    sql = ("-m", "sqlfluff", "lint", "dbt_project/models/marts/customers/revenue_by_state.sql")
    formatted = extended.python(*sql)
    tests = [
        f"analytics_assets_tests/{path}"
        for path in (
            "graph/test_definitions.py",
            "graph/test_gating.py::test_every_reader_of_a_blocking_check_is_built_in_another_step",
            "docs/test_tables_page.py",
            "checks/test_planted_faults.py",
        )
    ]
    chosen = " or ".join((*TABLES, "definitions", "gating", "tables_page"))
    tested = extended.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *tests)

    assert written.returncode == 0, written.stderr
    assert linted.returncode == 0, linted.stdout
    assert formatted.returncode == 0, formatted.stdout
    assert tested.returncode == 0, tested.stdout
    for table in TABLES:
        assert table in (extended.project / "docs" / "tables.md").read_text()
