"""Columns against the contract: which types are the same, and a difference one can read."""

import pytest

from analytics_assets.lib.checks.columns import (
    actual_columns,
    column_differences,
    columns_query,
    columns_rule,
    same_type,
)

ON_DUCKDB = [
    ("VARCHAR", "VARCHAR"),
    ("BIGINT", "BIGINT"),
    ("DECIMAL(12,2)", "DECIMAL(12,2)"),
    ("TIMESTAMP", "TIMESTAMP"),
]
ON_SNOWFLAKE = [
    ("VARCHAR", "TEXT"),
    ("INTEGER", "NUMBER(38,0)"),
    ("BIGINT", "NUMBER(18,0)"),
    ("DECIMAL(12,2)", "NUMBER(14,2)"),
    ("DOUBLE", "FLOAT"),
    ("BOOLEAN", "BOOLEAN"),
    ("DATE", "DATE"),
    ("TIMESTAMP", "TIMESTAMP_NTZ"),
]
DIFFERENT = [
    ("BIGINT", "INTEGER"),
    ("BIGINT", "HUGEINT"),
    ("BIGINT", "NUMBER(18,2)"),
    ("DECIMAL(12,2)", "DECIMAL(12,3)"),
    ("DECIMAL(12,2)", "NUMBER(38,0)"),
    ("DOUBLE", "NUMBER(38,0)"),
    ("DATE", "TIMESTAMP"),
    ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
    ("TIMESTAMP", "TIMESTAMP_TZ"),
    ("VARCHAR", "DATE"),
]


@pytest.mark.parametrize(("expected", "actual"), ON_DUCKDB + ON_SNOWFLAKE)
def test_an_engine_has_its_own_name_for_the_same_type(expected, actual):
    assert same_type(expected, actual)


@pytest.mark.parametrize(("expected", "actual"), DIFFERENT)
def test_other_types_are_not_the_same(expected, actual):
    assert not same_type(expected, actual)


def test_differences_name_each_column_and_both_types():
    expected = {"a": "INTEGER", "b": "DATE", "c": "VARCHAR"}
    actual = {"d": "DOUBLE", "b": "TIMESTAMP", "a": "INTEGER"}
    assert column_differences(expected, actual).to_dict("split", index=False) == {
        "columns": ["column_name", "expected_type", "actual_type"],
        "data": [
            ["b", "DATE", "TIMESTAMP"],
            ["c", "VARCHAR", "absent"],
            ["d", "absent", "DOUBLE"],
        ],
    }


def test_the_order_of_columns_makes_no_difference():
    assert column_differences({"a": "DATE", "b": "DATE"}, {"b": "DATE", "a": "DATE"}).empty


def test_columns_of_tables_and_views_are_read_in_lower_case_from_their_own_schema(session):
    session.execute('create table raw.things ("ID" integer, amount decimal(12, 2), made timestamp)')
    session.execute("create view staging.things as select made from raw.things")
    assert actual_columns(session.read(columns_query("raw.things"))) == {
        "id": "INTEGER",
        "amount": "DECIMAL(12,2)",
        "made": "TIMESTAMP",
    }
    assert actual_columns(session.read(columns_query("staging.things"))) == {"made": "TIMESTAMP"}


def test_the_note_of_a_failure_says_what_should_be_and_what_is(session, variables):
    session.execute("create table raw.things (id integer, day timestamp, more varchar)")
    rule = columns_rule({"id": "INTEGER", "day": "DATE", "name": "VARCHAR"})
    verdict = rule.judge(session.read(rule.query("raw.things", variables)))
    assert len(verdict.offending) == 3
    assert verdict.note == (
        "day should be DATE and is TIMESTAMP; name should be VARCHAR and is absent; "
        "more should be absent and is VARCHAR"
    )


def test_a_table_that_does_not_exist_is_called_so(session, variables):
    rule = columns_rule({"id": "INTEGER"})
    verdict = rule.judge(session.read(rule.query("raw.nothing", variables)))
    assert verdict.note == "the table does not exist"
    assert verdict.offending["column_name"].tolist() == ["id"]
