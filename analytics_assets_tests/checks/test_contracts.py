"""What all contracts have in common, and that they say what the rest of the project says."""

import re

import pytest
import yaml

from analytics_assets.defs.contracts import CONTRACTS, RAW
from analytics_assets.defs.customers.checks_rfm_segments import SEGMENTS
from analytics_assets.intake.schema import QUARANTINE_COLUMNS, RAW_TABLES
from analytics_assets.lib.checks.evaluation import evaluate
from analytics_assets.lib.checks.rules.rule import RowRule, listed
from analytics_assets.settings import DBT_PROJECT_DIR, PROJECT_ROOT

TABLES = {contract.table: contract for contract in CONTRACTS}
BY_TABLE = pytest.mark.parametrize("contract", CONTRACTS, ids=list(TABLES))

# Every foreign key, as the column, its table, and the table that it names a row of.
REFERENCES = [
    ("customer_id", "raw.orders", "raw.customers"),
    ("order_id", "raw.order_items", "raw.orders"),
    ("product_id", "raw.order_items", "raw.product_catalog"),
    ("customer_id", "staging.stg_customers", "raw.customers"),
    ("product_id", "staging.stg_products", "raw.product_catalog"),
    ("order_id", "staging.stg_orders", "raw.orders"),
    ("customer_id", "staging.stg_orders", "staging.stg_customers"),
    ("order_id", "staging.stg_order_items", "staging.stg_orders"),
    ("product_id", "staging.stg_order_items", "staging.stg_products"),
    ("order_id", "realtime.enriched_orders", "raw.orders"),
    ("order_id", "realtime.fact_orders", "realtime.enriched_orders"),
    ("customer_id", "analytics.customer_lifetime_value", "staging.stg_customers"),
    ("customer_id", "analytics.customer_segmentation", "analytics.customer_lifetime_value"),
    ("customer_id", "analytics.customer_value_forecast", "staging.stg_customers"),
]


def test_every_table_has_one_contract():
    assert len(TABLES) == len(CONTRACTS)


@BY_TABLE
def test_a_contract_says_what_one_row_is_and_holds_the_table_to_it(contract):
    sentences = {rule.sentence for rule in contract.rules}
    filled = {
        column
        for rule in contract.rules
        if isinstance(rule, RowRule) and rule.sentence.endswith(("never null", "never blank"))
        for column in rule.columns
    }
    assert sentences & {f"{listed(contract.key)} unique", "the table has exactly 1 row"}
    assert set(contract.key) <= filled


@BY_TABLE
def test_a_contract_says_where_its_columns_are_explained(contract):
    page, anchor = contract.meaning.split("#")
    assert anchor in anchors((PROJECT_ROOT / page).read_text())


def anchors(markdown):
    """Return what links into a page can name: its own anchors, and its headings as slugs."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    slugs = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', markdown))


@pytest.mark.parametrize(("column", "table", "other"), REFERENCES)
def test_every_foreign_key_is_checked(column, table, other):
    stated = [rule.explanation for rule in TABLES[table].rules]
    assert f"{column} is in {other}, or NULL" in stated


@BY_TABLE
def test_every_rule_runs_on_empty_tables_and_a_name_reads_as_a_sentence(
    session, variables, contract
):
    for table, other in TABLES.items():
        if table != "staging.stg_clock":
            columns = ", ".join(f"{name} {kind}" for name, kind in other.columns.items())
            session.execute(f"create table {table} ({columns})")

    findings = list(evaluate(session, contract, variables))

    assert [finding.rule for finding in findings[1:]] == list(contract.rules)
    for finding in findings:
        assert finding.failing_rows is not None
        assert len(session.read(finding.query)) >= finding.failing_rows
        assert finding.rule.name.count("_") >= 2


@pytest.mark.parametrize("contract", RAW, ids=lambda contract: contract.table)
def test_raw_columns_are_those_that_the_landing_makes(contract):
    landed = {
        f"raw.{name}": {column.name: column.sql_type for column in table.columns}
        for name, table in RAW_TABLES.items()
    }
    assert (
        dict(contract.columns)
        == {**landed, "raw.quarantined_rows": QUARANTINE_COLUMNS}[contract.table]
    )


def test_the_contract_knows_the_segments_of_the_seed():
    lines = (DBT_PROJECT_DIR / "seeds/marts/customer/rfm_segments.csv").read_text().splitlines()
    assert {line.split(",")[2] for line in lines[1:]} == set(SEGMENTS)


def test_no_data_test_is_left_in_dbt():
    files = [
        path
        for suffix in ("*.yml", "*.yaml")
        for path in DBT_PROJECT_DIR.rglob(suffix)
        if path.relative_to(DBT_PROJECT_DIR).parts[0] not in ("target", "dbt_packages")
    ]
    assert files
    with_tests = [
        f"{path.relative_to(DBT_PROJECT_DIR)}: {place}"
        for path in files
        for place in data_tests(yaml.safe_load(path.read_text()))
    ]
    assert with_tests == []
    assert list((DBT_PROJECT_DIR / "tests").glob("**/*.sql")) == []


def data_tests(node, place=""):
    """Yield where a parsed YAML file declares tests of data; unit tests are none."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("tests", "data_tests"):
                yield f"{place}/{name}"
            yield from data_tests(value, f"{place}/{name}")
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from data_tests(value, f"{place}/{position}")


def test_the_search_for_data_tests_finds_them_at_any_depth():
    columns = [{"name": "order_id", "data_tests": ["unique"]}]
    found = data_tests({"models": [{"name": "stg_orders", "columns": columns, "tests": []}]})
    assert list(found) == ["/models/0/columns/0/data_tests", "/models/0/tests"]
