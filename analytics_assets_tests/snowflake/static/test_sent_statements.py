"""Every statement that Python sends to the warehouse is Snowflake's SQL."""

from functools import cache

import pytest
from recording import RecordingSession, recording_session
from sent_statements import CHECKS, READERS, statements_of_replace
from snowflake_grammar import parse_errors
from snowflake_tables import Tables

from analytics_assets.lib.tables import tables
from analytics_assets.settings import load_settings

SENDERS = {**READERS, **CHECKS}
VARIABLES = load_settings({}).variables
DESCRIBED = {table.name: table.types for table in tables().values()}


@cache
def recorded(sender: str) -> RecordingSession:
    with recording_session() as session:
        SENDERS[sender](session, VARIABLES)
        return session


def faults(statements: list[str]) -> set[str]:
    there = Tables(DESCRIBED)
    return {fault for sql in statements for fault in there.faults(sql)}


@pytest.mark.slow
@pytest.mark.parametrize("sender", SENDERS)
def test_statements_are_snowflakes_sql(sender: str):
    assert recorded(sender).sent
    assert faults(recorded(sender).sent) == set()


@pytest.mark.slow
@pytest.mark.parametrize("sender", SENDERS)
def test_sqlfluff_can_read_the_statements(sender: str):
    errors = {error for sql in recorded(sender).sent for error in parse_errors(sql)}

    assert errors == set()


def test_a_table_is_replaced_in_snowflakes_sql():
    sent = statements_of_replace(
        "analytics.product_affinity", DESCRIBED["analytics.product_affinity"]
    )

    assert len(sent) >= 4
    assert faults(sent) == set()
