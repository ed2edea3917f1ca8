"""A data test added to dbt's YAML is an asset check, and holds up what reads its table.

The project is parsed where it lies, so each case runs on a copy, in a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from analytics_assets.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]

# The table that gets the test, and the first column of its YAML, which the test is on.
STG_ORDERS = "  - name: stg_orders\n"
RUN = """
import json, sys
from materialized_shop import run_job
from analytics_assets.defs.automation.jobs import marts_job
from analytics_assets.settings import load_settings

result = run_job(load_settings(), marts_job.name, assets=sys.argv[1:])
print(json.dumps({
    "success": result.success,
    "built": [e.asset_key.path[-1] for e in result.get_asset_materialization_events()],
    "checks": {
        c.check_name: [c.asset_key.path[-1], c.passed, c.blocking]
        for c in result.get_asset_check_evaluations()
    },
}))
"""


class Copy:
    """A copy of the project and of the shop's database."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.project = folder / "project"
        for part in ("analytics_assets", "dbt_project"):
            made = shutil.ignore_patterns("target", "logs", "__pycache__")
            shutil.copytree(PROJECT_ROOT / part, self.project / part, ignore=made)
        self.database = folder / "automated_intelligence.duckdb"
        shutil.copy(database, self.database)
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{self.project}{os.pathsep}{Path(__file__).parent.parent}",
            "ANALYTICS_DUCKDB_PATH": str(self.database),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DAGSTER_HOME": "",
        }

    def python(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *only: str) -> dict:
        done = self.python(RUN, *only)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def copy(shop, tmp_path: Path) -> Copy:
    return Copy(tmp_path, shop.settings.duckdb_path)


def test_a_data_test_is_a_check_of_every_run_and_a_failing_one_blocks(copy: Copy):
    yaml = copy.project / "dbt_project/models/staging/staging.yml"
    text = yaml.read_text()
    assert STG_ORDERS in text
    tests = "    data_tests:\n      - free_total:\n          name: no_order_is_free\n"
    yaml.write_text(text.replace(STG_ORDERS, STG_ORDERS + tests))
    (copy.project / "dbt_project/macros/free_total.sql").write_text(
        "{% test free_total(model) %}\n"
        "select * from {{ model }} where total_amount < -1000000\n{% endtest %}\n"
    )

    for only in (("stg_orders",), ()):
        good = copy.run(*only)
        assert good["success"]
        assert good["checks"]["no_order_is_free"] == ["stg_orders", True, True]

    with duckdb.connect(copy.database) as connection:
        connection.execute("update raw.orders set total_amount = -2000000 where rowid = 0")
    for only in (("int_orders", "stg_orders", "revenue_bridge"), ()):
        bad = copy.run(*only)
        assert not bad["success"]
        assert bad["checks"]["no_order_is_free"] == ["stg_orders", False, True]
        assert "revenue_bridge" not in bad["built"]


SINGULAR = """
select orders.order_id from {{ ref('stg_orders') }} as orders
inner join {{ ref('stg_customers') }} as customers on orders.customer_id = customers.customer_id
where orders.order_day < date '1950-01-01'
"""


def test_a_singular_test_is_refused_by_name_until_it_names_its_model(copy: Copy):
    (copy.project / "dbt_project/tests").mkdir(exist_ok=True)
    path = copy.project / "dbt_project/tests/two_tables_agree.sql"
    path.write_text(SINGULAR)

    refused = copy.python(
        "import analytics_assets.definitions as d; d.build_definitions(d.load_settings())"
    )
    path.write_text("{{ config(meta={'dagster': {'ref': {'name': 'stg_orders'}}}) }}" + SINGULAR)
    accepted = copy.run("stg_orders")

    assert refused.returncode != 0
    assert "UncheckedTestError" in refused.stderr
    assert "two_tables_agree" in refused.stderr
    assert accepted["checks"]["two_tables_agree"] == ["stg_orders", True, True]
