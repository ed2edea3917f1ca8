"""Every statement that Python sends to the warehouse is Snowflake's SQL."""

import pytest
from recording import recording_session
from sent_statements import CHECKS, READERS, statements_of_replace
from snowflake_grammar import parse_errors
from snowflake_tables import Tables

from analytics_assets.lib.tables import tables

SENDERS = {**READERS, **CHECKS}
DESCRIBED = {table.name: table.types for table in tables().values()}


def faults(statements: list[str]) -> set[str]:
    there = Tables(DESCRIBED)
    return {fault for sql in statements for fault in there.faults(sql)}


@pytest.mark.slow
@pytest.mark.parametrize("sender", SENDERS)
def test_statements_are_snowflakes_sql(sender: str):
    with recording_session() as session:
        SENDERS[sender](session)

    assert session.sent
    assert faults(session.sent) == set()
    # The checks of all tables are made alike; sqlfluff reads for seconds.
    if sender in READERS:
        assert {error for sql in {*session.sent} for error in parse_errors(sql)} == set()


def test_a_table_is_replaced_in_snowflakes_sql():
    sent = statements_of_replace(
        "analytics.product_affinity", DESCRIBED["analytics.product_affinity"]
    )

    assert len(sent) >= 4
    assert faults(sent) == set()
