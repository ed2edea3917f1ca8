"""An empty database in memory, contracts without a YAML, and a way to hold a table to one rule."""

from collections.abc import Callable, Iterator

import duckdb
import pytest
from contract_of_a_test import contract_of

from analytics_assets.lib.checks.evaluation import Finding, evaluate
from analytics_assets.lib.checks.rules import Rule
from analytics_assets.lib.warehouse.duckdb import SCHEMAS, DuckDBSession
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import Variables, read_defaults, resolve_variables

AS_OF_DATE = "2024-03-31"


@pytest.fixture
def variables() -> Variables:
    return resolve_variables(read_defaults(DBT_PROJECT_DIR / "dbt_project.yml"), {})


@pytest.fixture
def session() -> Iterator[DuckDBSession]:
    with duckdb.connect() as connection:
        session = DuckDBSession(connection)
        for schema in SCHEMAS:
            session.execute(f"create schema {schema}")
        session.execute(
            f"create view staging.stg_clock as select date '{AS_OF_DATE}' as as_of_date"
        )
        yield session


@pytest.fixture
def find(session: DuckDBSession, variables: Variables) -> Callable[..., Finding]:
    """Make staging.checked of some columns and rows, and return what a rule finds in it."""

    def find(rule: Rule, columns: dict[str, str], rows: list[tuple[object, ...]]) -> Finding:
        defined = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        session.execute(f"create or replace table staging.checked ({defined})")
        marks = ", ".join("?" for _ in columns)
        if rows:
            session.connection.executemany(f"insert into staging.checked values ({marks})", rows)
        shown = () if rule.name.startswith("the_key") else (next(iter(columns)),)
        contract = contract_of("staging.checked", columns, shown, rule)
        [finding] = evaluate(session, contract, variables, {rule.name})
        return finding

    return find
