"""Every statement that Python sends to the warehouse is Snowflake's SQL."""

import ast
from functools import cache
from pathlib import Path

import pytest
from analytics_assets.defs.contracts import CONTRACTS
from analytics_assets.lib.checks.rules.rule import JudgedRule
from recording import RecordingSession, recording_session
from sent_statements import CHECKS, READERS, statements_of_replace
from snowflake_grammar import parse_errors
from snowflake_tables import Tables

import analytics_assets
from analytics_assets.defs.cohorts.formulas.monthly_cohorts import MONTHLY_COHORTS_COLUMNS
from analytics_assets.defs.customers.customer_value_forecast import (
    CUSTOMER_VALUE_FORECAST_COLUMNS,
)
from analytics_assets.defs.products.affinity import PRODUCT_AFFINITY_COLUMNS
from analytics_assets.defs.products.scorecard.lists import RECOMMENDATION_LIST_COLUMNS
from analytics_assets.defs.products.scorecard.recommendation_scorecard import (
    RECOMMENDATION_SCORECARD_COLUMNS,
)
from analytics_assets.defs.products.scorecard_queries import RECOMMENDATION_LISTS
from analytics_assets.lib.checks.evaluation import offending_query
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import read_defaults, resolve_variables

SENDERS = {**READERS, **CHECKS}
VARIABLES = resolve_variables(read_defaults(DBT_PROJECT_DIR / "dbt_project.yml"), {})
REPLACED = {
    "analytics.product_affinity": PRODUCT_AFFINITY_COLUMNS,
    "analytics.monthly_cohorts": MONTHLY_COHORTS_COLUMNS,
    "analytics.customer_value_forecast": CUSTOMER_VALUE_FORECAST_COLUMNS,
    "analytics.recommendation_scorecard": RECOMMENDATION_SCORECARD_COLUMNS,
    RECOMMENDATION_LISTS: RECOMMENDATION_LIST_COLUMNS,
}
PACKAGE = Path(analytics_assets.__file__).parent
NOT_LOOKED_AT = {
    # reads DuckDB only
    "analytics_assets.command.summary",
    # makes and drops a database, which its own test does on the emulator
    "analytics_assets.command.snowflake_smoke",
}


@cache
def recorded(sender: str) -> RecordingSession:
    with recording_session() as session:
        SENDERS[sender](session, VARIABLES)
        return session


def faults(statements: list[str]) -> set[str]:
    contracts = {contract.table: contract.columns for contract in CONTRACTS}
    tables = Tables({**contracts, RECOMMENDATION_LISTS: RECOMMENDATION_LIST_COLUMNS})
    return {fault for sql in statements for fault in tables.faults(sql)}


@pytest.mark.parametrize("sender", SENDERS)
def test_statements_are_snowflakes_sql(sender: str):
    assert recorded(sender).sent
    assert faults(recorded(sender).sent) == set()


@pytest.mark.slow
@pytest.mark.parametrize("sender", SENDERS)
def test_sqlfluff_can_read_the_statements(sender: str):
    errors = {error for sql in recorded(sender).sent for error in parse_errors(sql)}

    assert errors == set()


@pytest.mark.parametrize("table", REPLACED)
def test_tables_are_replaced_in_snowflakes_sql(table: str):
    sent = statements_of_replace(table, REPLACED[table])

    assert len(sent) >= 3
    assert faults(sent) == set()


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.table)
def test_the_query_of_every_rule_and_its_sample_were_looked_at(contract):
    # The rows of a view are read from a copy.
    sent = [sql.replace("checked_rows", contract.table) for sql in recorded(contract.table).sent]

    for rule in contract.all_rules:
        query = offending_query(contract, rule, VARIABLES)
        sample = query if isinstance(rule, JudgedRule) else f"select * from (\n{query}\n)"
        assert any(sql.startswith(sample) for sql in sent), rule.sentence


def test_every_module_that_sends_was_looked_at():
    sending = {
        ".".join(("analytics_assets", *path.relative_to(PACKAGE).with_suffix("").parts))
        for path in PACKAGE.rglob("*.py")
        if any(map(is_sending, ast.walk(ast.parse(path.read_text("utf-8")))))
    }

    looked_at = {module for sender in SENDERS for module in recorded(sender).senders}

    assert sending - looked_at == NOT_LOOKED_AT


def is_sending(node: ast.AST) -> bool:
    """Return whether the node is ``session.read(..)`` or ``session.execute(..)``."""
    match node:
        case ast.Call(func=ast.Attribute(attr="read" | "execute", value=receiver)):
            return ast.unparse(receiver).split(".")[-1] == "session"
    return False
