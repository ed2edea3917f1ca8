"""Contracts as Dagster checks, on a toy graph: gating, subsets, what a result says."""

import dagster as dg
import pandas as pd
import pytest
from contract_of_a_test import contract_of

from analytics_assets.lib.checks.asset_checks import asset_checks, sample_table
from analytics_assets.lib.checks.contract import AS_DESCRIBED
from analytics_assets.lib.checks.rules import WARN, in_range, not_null
from analytics_assets.lib.warehouse.duckdb import DuckDBWarehouse

COLUMNS = {"id": "VARCHAR", "amount": "INTEGER"}
CONTRACT = contract_of(
    "staging.sales",
    COLUMNS,
    ["id"],
    not_null("id", check=AS_DESCRIBED),
    in_range("amount", minimum=0, severity=WARN, advice="Look at the source", amount="amount"),
    amount="amount",
)
KEY = "the key is unique and never missing"
CLEAN = "('a', 1), ('b', 2)"
WITH_NULL_ID = "('a', 1), (null, 2)"
WITH_NEGATIVES = "('a', 1), ('b', -2), ('c', -3)"


@pytest.fixture
def warehouse(tmp_path):
    return DuckDBWarehouse(tmp_path / "toy.duckdb")


@pytest.fixture
def run(warehouse, variables):
    """Make staging.sales of some rows and what is built from it, or only check what is there."""

    def run(rows=None, selection=None):
        @dg.asset(key="sales")
        def sales():
            with warehouse.session() as session:
                session.execute(
                    "create or replace table staging.sales as select id, amount"
                    f" from (values {rows}) as t (id, amount)"
                )

        @dg.asset(deps=[sales])
        def mart():
            with warehouse.session() as session:
                session.execute("create or replace table analytics.mart as from staging.sales")

        definitions = dg.Definitions(
            assets=[sales, mart],
            asset_checks=[asset_checks(CONTRACT)],
            jobs=[dg.define_asset_job("all", selection=selection or dg.AssetSelection.all())],
            resources={"warehouse": warehouse, "variables": variables},
            executor=dg.in_process_executor,
        )
        return definitions.resolve_job_def("all").execute_in_process(raise_on_error=False)

    return run


def results(run_result):
    return {
        evaluation.check_name: evaluation for evaluation in run_result.get_asset_check_evaluations()
    }


def mart_rows(warehouse):
    with warehouse.session() as session:
        return len(session.read("from duckdb_tables() where table_name = 'mart'"))


def test_clean_rows_pass_every_check_and_go_on(run, warehouse):
    found = results(run(CLEAN))
    assert {name: result.passed for name, result in found.items()} == {
        "the_table_is_as_described": True,
        "amount_is_in_range": True,
    }
    assert mart_rows(warehouse) == 1


def test_an_error_stops_what_is_built_from_the_table(run, warehouse):
    result = run(WITH_NULL_ID)
    found = results(result)
    assert not found["the_table_is_as_described"].passed
    assert found["amount_is_in_range"].passed
    assert mart_rows(warehouse) == 0
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [
        dg.AssetKey("sales")
    ]


def test_a_warning_stops_nothing(run, warehouse):
    result = run(WITH_NEGATIVES)
    warned = results(result)["amount_is_in_range"]
    assert (warned.passed, warned.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert result.success
    assert mart_rows(warehouse) == 1


def test_a_result_carries_count_sample_query_and_the_rule_in_words(run):
    result = results(run(WITH_NEGATIVES))["amount_is_in_range"]
    metadata = result.metadata
    assert result.description == (
        "2 rows of 3 (66.7 %), amounting to -5.00 (125.0 %) break the rule: amount is in range:"
        " from 0. Look at the source"
    )
    assert metadata["failing_rows"].value == 2
    assert metadata["rows_checked"].value == 3
    assert metadata["failing_amount"].value == -5
    assert metadata["query"].value == (
        "```sql\nselect id, amount\nfrom staging.sales\nwhere amount < 0\n```"
    )
    assert [record.data for record in metadata["sample"].records] == [
        {"id": "b", "amount": "-2"},
        {"id": "c", "amount": "-3"},
    ]


def test_a_check_of_several_rules_says_which_are_broken_by_how_many_rows_and_shows_them(run):
    twice = results(run("('a', 1), ('a', 2), ('b', 3)"))["the_table_is_as_described"]
    assert twice.description == f"1 row of 3 (33.3 %) breaks the rule: {KEY}: id"
    assert twice.metadata["failing_rows"].value == 1
    assert "having count(*) > 1" in twice.metadata["query"].value
    assert "never null" not in twice.metadata["query"].value

    both = results(run("('a', 1), ('a', 2), (null, 3)"))["the_table_is_as_described"]
    assert both.description == (
        f"2 rows of 3 (66.7 %) break the rule: {KEY}: id. "
        "1 row of 3 (33.3 %) breaks the rule: id is never null"
    )
    assert both.metadata["failing_rows"].value == 3
    assert both.metadata["query"].value.endswith(
        "```\n```sql\n-- id is never null\nselect id\nfrom staging.sales\nwhere id is null\n```"
    )
    assert {name for name in both.metadata if name.startswith("sample")} == {
        f"sample: {KEY}",
        "sample: id is never null",
    }

    kept = results(run(CLEAN))["the_table_is_as_described"]
    assert kept.description == f"{KEY}. id is never null"


def test_a_sample_shows_null_as_null_and_cuts_long_text(run):
    long_text = "x" * 300
    rows = f"('{long_text}', 1), ('{long_text}', 2), (null, 3)"
    metadata = results(run(rows))["the_table_is_as_described"].metadata
    shown = [row.data for row in metadata[f"sample: {KEY}"].records]
    assert {"id": "x" * 200 + "...", "row_count": "2"} in shown
    assert {"id": "NULL", "row_count": "1"} in shown
    [record] = metadata["sample: id is never null"].records
    assert record.data == {"id": "NULL"}


def test_a_sample_shows_numbers_and_days_as_they_are():
    sample = pd.DataFrame(
        {
            "orders": [3.0, None],
            "amount": [168469.6, 0.1],
            "day": pd.to_datetime(["2024-03-01", None]),
            "at": pd.to_datetime(["2024-03-01 10:30", "2024-03-01 00:00"], format="mixed"),
            "id": [" a", "15056bl"],
        }
    )
    assert [record.data for record in sample_table(sample).records] == [
        {
            "orders": "3",
            "amount": "168469.6",
            "day": "2024-03-01",
            "at": "2024-03-01 10:30:00",
            "id": " a",
        },
        {"orders": "NULL", "amount": "0.1", "day": "NULL", "at": "2024-03-01", "id": "15056bl"},
    ]


def test_one_check_alone_can_run_on_a_table_that_is_there(run, warehouse):
    run(WITH_NULL_ID)
    only = dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("sales"), "amount_is_in_range"))
    result = run(selection=only)
    assert list(results(result)) == ["amount_is_in_range"]
    assert result.get_asset_materialization_events() == []


def test_all_checks_can_run_on_tables_that_are_there(run):
    run(CLEAN)
    result = run(selection=dg.AssetSelection.all_asset_checks())
    assert len(results(result)) == 2
    assert result.get_asset_materialization_events() == []
