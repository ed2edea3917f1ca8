"""A contract held against a table: which statements are sent, and what comes back."""

import dataclasses

import pytest
from contract_of_a_test import contract_of

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.evaluation import evaluate
from analytics_assets.lib.checks.rules import (
    ERROR,
    WARN,
    TolerantRule,
    expression,
    has_rows,
    in_range,
    no_rows,
    not_null,
)
from analytics_assets.lib.checks.volume import usual_volume
from analytics_assets.lib.warehouse.interface import WarehouseMemoryError

COLUMNS = {"id": "INTEGER", "amount": "DOUBLE", "day": "DATE"}
RULES = (
    has_rows(),
    in_range("amount", minimum=0, severity=WARN, advice="look at them", amount="amount"),
    expression("day is not null", "day is not null", ["day"]),
    usual_volume("day", "look at the days"),
)
CONTRACT = contract_of("raw.sales", COLUMNS, ["id"], *RULES, amount="amount")
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
    session.execute("create table raw.sales (id integer, amount double, day date, other text)")
    session.execute(
        "insert into raw.sales values (1, 5, '2024-03-30', ''), (2, -1, '2024-03-30', ''),"
        " (2, -2, '2024-03-31', ''), (3, null, null, '')"
    )
    return session


def test_every_rule_gets_one_finding_in_the_contracts_order(sales, variables):
    findings = list(evaluate(sales, CONTRACT, variables))
    assert [finding.rule.name for finding in findings] == NAMES
    assert [finding.failing_rows for finding in findings] == [0, 1, 0, 2, 1, 0]
    assert [finding.rows_checked for finding in findings[1:]] == [4] * 5


def test_a_finding_says_how_much_money_its_rows_hold(sales, variables):
    [finding] = evaluate(sales, CONTRACT, variables, {"amount_is_in_range"})
    assert (finding.failing_amount, finding.amount_checked) == (-3, 2)


@pytest.mark.parametrize(("tolerated_share", "severity"), [(0.3, WARN), (0.29, ERROR)])
def test_a_tolerant_rule_warns_up_to_the_tolerated_share_of_the_money_and_blocks_beyond_it(
    session, variables, tolerated_share, severity
):
    session.execute("create table raw.words (id integer, word text, amount double)")
    session.execute("insert into raw.words values (1, 'a', 10), (2, 'b', -20), (3, 'ok', 70)")
    rule = TolerantRule(
        "every word is known",
        offending=lambda table, _: f"select * from {table} where word <> 'ok'",
        amount="amount",
        by="word",
        advice="add <value>",
    )
    columns = {"id": "INTEGER", "word": "VARCHAR", "amount": "DOUBLE"}
    contract = contract_of("raw.words", columns, ["id"], rule, amount="amount")
    shares = variables.model_copy(update={"tolerated_share": tolerated_share})
    [finding] = evaluate(session, contract, shares, {rule.name})
    assert (finding.passed, finding.severity, finding.failing_rows) == (False, severity, 2)
    assert "a: 1 rows, 10.00; b: 1 rows, -20.00" in finding.note
    assert finding.advice == "add a"


def test_a_clean_table_costs_one_statement_for_all_that_sql_decides(session, variables):
    session.execute("create table raw.sales (id integer, amount double, day date)")
    session.execute("insert into raw.sales values (1, 5, '2024-03-30')")
    counting = CountingSession(session)
    assert all(finding.passed for finding in evaluate(counting, CONTRACT, variables))
    _columns, counts, _volume = counting.statements
    row_rules, table_rules = counts.split("cross join")
    assert row_rules.count("from raw.sales") == 1
    assert "count(distinct" in row_rules
    assert table_rules.count("as rule_") == 1


class SmallSession(CountingSession):
    """A session without the memory for two rules over the table in one statement."""

    def read(self, sql):
        if sql.count("as offending) as rule_") > 1:
            raise WarehouseMemoryError("too much at once")
        return super().read(sql)


def test_what_needs_too_much_memory_at_once_is_counted_one_by_one(sales, variables):
    small = SmallSession(sales)
    found, expected = (list(evaluate(session, CONTRACT, variables)) for session in (small, sales))
    assert [finding.failing_rows for finding in found] == [
        finding.failing_rows for finding in expected
    ]


def test_the_query_of_a_finding_returns_all_its_offending_rows(sales, variables):
    for finding in evaluate(sales, CONTRACT, variables):
        if finding.failing_rows:
            assert len(sales.read(finding.query)) == finding.failing_rows


@pytest.mark.parametrize(
    ("made", "note"),
    [
        ("create table raw.sales (id integer, amount double)", "day must be date (got absent)"),
        (
            "create table raw.sales (id varchar, amount double, day date)",
            "id must be integer (got varchar)",
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
    for finding in others:
        assert (finding.passed, finding.failing_rows) == (False, None)
        assert finding.note == f"not checked, since the columns are not as described: {note}"


def test_only_tables_that_others_fill_are_held_to_their_columns():
    assert contract_of("staging.sales", COLUMNS, ["id"]).columns_rule is None


def test_a_contract_with_one_rule_twice_is_refused():
    with pytest.raises(ValueError, match="twice the rule id is never null"):
        Contract("raw.sales", rules=(not_null("id"), not_null("id")))


def test_a_check_that_both_blocks_and_warns_is_refused():
    day = not_null("day", check="all is there", severity=WARN, advice="look at it")
    with pytest.raises(ValueError, match=r"got both in all_is_there of raw\.sales"):
        Contract("raw.sales", rules=(not_null("id", check="all is there"), day))


def test_a_table_with_an_as_of_date_is_held_to_the_clock_unless_it_is_its_key():
    columns = {"id": "INTEGER", "as_of_date": "DATE"}
    clock = "as_of_date is that of the clock"
    kept = [rule.sentence for rule in contract_of("analytics.mart", columns, ["id"]).all_rules]
    of_days = contract_of("analytics.days", columns, ["as_of_date"]).all_rules
    assert clock in kept
    assert clock not in [rule.sentence for rule in of_days]


def test_a_rule_on_a_column_that_no_yaml_describes_is_refused():
    contract = Contract("staging.stg_orders", rules=(not_null("amonut"),))
    with pytest.raises(ValueError, match=r"\(got \['amonut'\]\). Next: mend the rule"):
        _ = contract.all_rules


def test_a_key_that_only_warns_says_what_follows(sales, variables):
    contract = dataclasses.replace(CONTRACT, key_advice="no number is wrong")
    contract.__dict__["described"] = CONTRACT.described
    finding = next(
        iter(evaluate(sales, contract, variables, {"the_key_is_unique_and_never_missing"}))
    )
    assert (finding.failing_rows, finding.rule.blocking) == (1, False)
    assert finding.rule.advice == "no number is wrong"


def test_a_rule_may_read_other_tables(sales, variables):
    rule = no_rows("nothing", "select 1 as one from raw.sales where id = 3")
    contract = contract_of("raw.sales", COLUMNS, ["id"], rule)
    [finding] = evaluate(sales, contract, variables, {"nothing"})
    assert finding.failing_rows == 1
