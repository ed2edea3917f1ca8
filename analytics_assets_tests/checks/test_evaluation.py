"""A contract held against a table: which statements are sent, and what comes back."""

import pytest

from analytics_assets.checks.contract import Contract
from analytics_assets.checks.evaluation import evaluate
from analytics_assets.checks.rules import (
    WARN,
    expression,
    has_rows,
    in_range,
    not_null,
    unique,
    usual_volume,
)

COLUMNS = {"id": "INTEGER", "amount": "DOUBLE", "day": "DATE"}
CONTRACT = Contract(
    table="raw.sales",
    meaning="docs",
    key=("id",),
    columns=COLUMNS,
    rules=(
        has_rows(),
        not_null("id"),
        unique(["id"]),
        in_range("amount", minimum=0, severity=WARN),
        expression("day is not null", "day is not null", ["day"]),
        usual_volume("day"),
    ),
)
NAMES = [rule.name for rule in CONTRACT.all_rules]


class CountingSession:
    """A session that remembers what it was asked."""

    def __init__(self, session):
        self.session = session
        self.statements = []

    def read(self, sql):
        self.statements.append(sql)
        return self.session.read(sql)


@pytest.fixture
def sales(session):
    session.execute("create table raw.sales (id integer, amount double, day date)")
    session.execute(
        "insert into raw.sales values (1, 5, '2024-03-30'), (2, -1, '2024-03-30'),"
        " (2, -2, '2024-03-31'), (null, null, null)"
    )
    return session


def test_every_rule_gets_one_finding_in_the_contracts_order(sales, variables):
    findings = list(evaluate(sales, CONTRACT, variables))
    assert [finding.rule.name for finding in findings] == NAMES
    assert [finding.failing_rows for finding in findings] == [0, 0, 1, 1, 2, 1, 0]
    assert [finding.rows_checked for finding in findings[1:]] == [4] * 6


def test_a_clean_table_costs_one_statement_a_shape_of_rule(session, variables):
    session.execute("create table raw.sales (id integer, amount double, day date)")
    session.execute("insert into raw.sales values (1, 5, '2024-03-30')")
    counting = CountingSession(session)
    assert all(finding.passed for finding in evaluate(counting, CONTRACT, variables))
    _columns, row_rules, table_rules, _volume = counting.statements
    assert row_rules.count("from raw.sales") == 1
    assert table_rules.count("failing_rows") == 2


def test_only_what_failed_is_read_again_for_its_sample(sales, variables):
    counting = CountingSession(sales)
    list(evaluate(counting, CONTRACT, variables))
    assert len(counting.statements) == 4 + 4
    assert sum("limit 5" in sql for sql in counting.statements) == 4


def test_the_query_of_a_finding_returns_all_its_offending_rows(sales, variables):
    for finding in evaluate(sales, CONTRACT, variables):
        if finding.failing_rows:
            assert len(sales.read(finding.query)) == finding.failing_rows


def test_a_part_of_the_rules_can_be_asked_for(sales, variables):
    counting = CountingSession(sales)
    [finding] = evaluate(counting, CONTRACT, variables, {"id_is_never_null"})
    assert (finding.rule.name, finding.failing_rows) == ("id_is_never_null", 1)
    assert "amount" not in "".join(counting.statements[1:])


def test_the_rule_on_the_columns_can_be_asked_for_alone(sales, variables):
    [finding] = evaluate(sales, CONTRACT, variables, {"the_columns_are_as_in_the_contract"})
    assert finding.passed


@pytest.mark.parametrize(
    ("made", "note"),
    [
        ("create table raw.sales (id integer, amount double)", "day should be DATE and is absent"),
        (
            "create table raw.sales (id varchar, amount double, day date)",
            "id should be INTEGER and is VARCHAR",
        ),
        ("select 1", "the table does not exist"),
    ],
)
def test_where_the_columns_are_wrong_every_other_rule_fails_as_not_checked(
    session, variables, made, note
):
    session.execute(made)
    on_columns, *others = evaluate(session, CONTRACT, variables)
    assert (on_columns.passed, on_columns.note) == (False, note)
    assert len(on_columns.sample) == on_columns.failing_rows
    for finding in others:
        assert (finding.passed, finding.failing_rows) == (False, None)
        assert finding.note == (
            f"not checked, since the columns are not as in the contract: {note}"
        )


def test_a_contract_with_two_rules_of_one_name_is_refused():
    with pytest.raises(ValueError, match="two rules named id_is_never_null"):
        Contract("raw.sales", "", ("id",), COLUMNS, (not_null("id"), not_null("id")))


def test_a_contract_with_a_rule_on_an_unknown_column_is_refused():
    with pytest.raises(ValueError, match=r"raw\.sales has rules on \['amonut'\]"):
        Contract("raw.sales", "", ("id",), COLUMNS, (not_null("amonut"),))
