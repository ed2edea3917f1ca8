"""``dbt test`` on a project made of the contracts: a singular test a rule, with the rule's SQL."""

import json
import sys
from pathlib import Path

from analytics_assets.definitions import contracts
from analytics_assets.defs.staging.checks_order_moments import RECENT_DAYS, STALE_ORDERS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.evaluation import offending_query
from analytics_assets.lib.checks.rules import JudgedRule, Rule
from analytics_assets.lib.checks.volume import MAX_ROBUST_Z, TRAILING_WEEKS
from analytics_assets.lib.warehouse.literals import literals
from analytics_assets.settings import load_settings
from analytics_assets.variables import Variables
from checks.workplace import call, keep, workplace

DBT = Path(sys.executable).with_name("dbt")

PROJECT = """
name: checks
version: "1.0"
config-version: 2
profile: checks
flags:
  send_anonymous_usage_stats: false
  version_check: false
  use_colors: false
"""
# More threads are no faster: DuckDB already uses every core for one statement.
PROFILE = """
checks:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('ANALYTICS_DUCKDB_PATH') }}"
      schema: analytics
      threads: 2
"""
# What Python decides from few rows here, in SQL.
OTHER_COLUMNS = """
select expected.column_name, actual.column_name as actual_name
from (values {expected}) as expected (column_name, data_type)
left join ({actual}) as actual on expected.column_name = actual.column_name
where expected.data_type is distinct from actual.data_type
"""
UNUSUAL_DAYS = """
with counted as ({counted}),
days as (
    select
        bounds.as_of_date - cast(ago.range as integer) as day,
        ago.range % 7 as weekday,
        ago.range < 7 as is_last_week
    from (select min(as_of_date) as as_of_date, min(first_day) as first_day from counted) as bounds
    cross join range(7 * {weeks}) as ago
    where bounds.first_day <= bounds.as_of_date - (7 * {weeks} - 1)
),
daily as (
    select days.*, coalesce(counted.row_count, 0) as row_count
    from days
    left join counted on days.day = counted.day
),
usual as (
    select weekday, median(row_count) as usual_count, mad(row_count) as deviation
    from daily
    where not is_last_week
    group by weekday
)
select daily.day
from daily
inner join usual on daily.weekday = usual.weekday
where daily.is_last_week
    and abs(daily.row_count - usual.usual_count)
    > {max_z} * greatest(1.4826 * usual.deviation, sqrt(usual.usual_count), 1)
"""


def prepare(database: Path) -> None:
    """Write the project and parse it, as a person's earlier run would have."""
    folder, environment = workplace(database, "dbt")
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILE)
    tests = folder / "tests"
    tests.mkdir(exist_ok=True)
    for name, text in _tests().items():
        (tests / f"{name}.sql").write_text(text)
    call([DBT, "parse", "--profiles-dir", "."], folder, environment)


def run(database: Path) -> None:
    """Run all tests in a process of its own."""
    folder, environment = workplace(database, "dbt")
    call([DBT, "test", "--profiles-dir", "."], folder, environment)


def collect(database: Path) -> None:
    """Keep what run_results.json says."""
    folder, _ = workplace(database, "dbt")
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    keep(
        database,
        [(result["unique_id"].rpartition("__")[0], result["failures"]) for result in results],
    )


def _tests() -> dict[str, str]:
    """Return name -> text of a singular test per rule; the name but for its end is the check's."""
    variables = load_settings({}).variables
    return {
        f"{contract.table.replace('.', '__')}__{rule.name}__{position}": (
            # What is planted in the shop, and tolerated, must not end the measurement.
            f"{{{{ config(severity='warn') }}}}\n{_sql(contract, rule, variables)}\n"
        )
        for contract in contracts()
        for position, rule in enumerate(contract.all_rules)
    }


def _sql(contract: Contract, rule: Rule, variables: Variables) -> str:
    query = offending_query(contract, rule, variables)
    if rule == contract.columns_rule:
        types = contract.described.types
        expected = ", ".join(f"({literals(column)})" for column in types.items())
        return OTHER_COLUMNS.format(expected=expected, actual=query)
    if rule == STALE_ORDERS:
        return (
            f"select * from ({query}) where newest is null or newest < as_of_date - {RECENT_DAYS}"
        )
    if isinstance(rule, JudgedRule):
        return UNUSUAL_DAYS.format(counted=query, weeks=TRAILING_WEEKS + 1, max_z=MAX_ROBUST_Z)
    return query
