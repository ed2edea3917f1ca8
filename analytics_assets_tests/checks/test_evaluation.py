"""A contract held against a table: which statements are sent, and what comes back."""

import dataclasses
import re

import pytest

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.evaluation import evaluate
from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    has_rows,
    in_range,
    no_rows,
    not_null,
    unique,
    usual_volume,
)
from analytics_assets.lib.warehouse.interface import WarehouseMemoryError

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

    def execute(self, sql):
        self.statements.append(sql)
        self.session.execute(sql)

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


def test_a_clean_table_costs_one_statement_for_all_that_sql_decides(session, variables):
    session.execute("create table raw.sales (id integer, amount double, day date)")
    session.execute("insert into raw.sales values (1, 5, '2024-03-30')")
    counting = CountingSession(session)
    assert all(finding.passed for finding in evaluate(counting, CONTRACT, variables))
    _columns, counts, _volume = counting.statements
    row_rules, table_rules = counts.split("cross join")
    assert row_rules.count("from raw.sales") == 1
    assert table_rules.count("as rule_") == 2


class SmallSession(CountingSession):
    """A session without the memory for two rules over the table in one statement."""

    def read(self, sql):
        if sql.count("as offending) as rule_") > 1:
            raise WarehouseMemoryError("too much at once")
        return super().read(sql)


def test_what_needs_too_much_memory_at_once_is_counted_one_by_one(sales, variables):
    small = SmallSession(sales)
    found, expected = (list(evaluate(session, CONTRACT, variables)) for session in (small, sales))

    counts = [sql for sql in small.statements if "as rule_" in sql]
    assert [sql.count("as offending) as rule_") for sql in counts] == [0, 1, 1]
    assert [finding.failing_rows for finding in found] == [
        finding.failing_rows for finding in expected
    ]
    assert [finding.rows_checked for finding in found[1:]] == [4] * 6


def test_the_rows_of_a_view_are_made_once_whatever_its_rules_compare_them_with(session, variables):
    session.execute("create table raw.sales_of_others (id integer)")
    session.execute("insert into raw.sales_of_others values (1), (9)")
    session.execute(
        "create view raw.sales as select * from (values (1, 5.0::double, date '2024-03-30'),"
        " (2, -1, null)) as t (id, amount, day)"
    )
    lost = no_rows(
        "no sale is lost",
        "with others as (select id from raw.sales_of_others)"
        " select id from others where id not in (select id from raw.sales)",
    )
    contract = dataclasses.replace(CONTRACT, rules=(*CONTRACT.rules, lost), is_view=True)
    counting = CountingSession(session)

    findings = {finding.rule.name: finding for finding in evaluate(counting, contract, variables)}

    assert sum(bool(re.search(r"raw\.sales\b", sql)) for sql in counting.statements) == 1
    assert [finding.failing_rows for finding in findings.values()] == [0, 0, 0, 0, 1, 1, 0, 1]
    assert "raw.sales" in findings["no_sale_is_lost"].query
    assert findings["no_sale_is_lost"].sample["id"].tolist() == [9]


def test_only_what_failed_is_read_again_for_its_sample(sales, variables):
    counting = CountingSession(sales)
    list(evaluate(counting, CONTRACT, variables))
    assert len(counting.statements) == 3 + 4
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
