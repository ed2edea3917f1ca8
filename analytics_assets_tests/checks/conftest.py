"""An empty database in memory, and a way to hold one table to one rule."""

from collections.abc import Callable, Iterator

import duckdb
import pytest

from analytics_assets.lib.checks.contract import Contract
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
    """Make raw.checked of some columns and rows, and return what a rule finds in it."""

    def find(rule: Rule, columns: dict[str, str], rows: list[tuple[object, ...]]) -> Finding:
        defined = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        session.execute(f"create or replace table raw.checked ({defined})")
        marks = ", ".join("?" for _ in columns)
        if rows:
            session.connection.executemany(f"insert into raw.checked values ({marks})", rows)
        contract = Contract(
            table="raw.checked",
            meaning="",
            key=(next(iter(columns)),),
            columns=columns,
            rules=(rule,),
        )
        [finding] = evaluate(session, contract, variables, {rule.name})
        return finding

    return find
