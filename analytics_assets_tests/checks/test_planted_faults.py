"""Every rule of every contract holds on a shop that was really built, and can be broken.

Faults are planted without knowing the rule: a row lost, a row twice, a value missing or another. A
rule that none of them breaks needs a fault of its own in ``FAULTS``, or can never fail.
"""

import json
from collections.abc import Iterator

import duckdb
import pytest
from materialized_shop import Shop

from analytics_assets.definitions import contracts
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.evaluation import evaluate
from analytics_assets.lib.checks.rules import ERROR, WARN, RowRule, Rule
from analytics_assets.lib.warehouse.duckdb import DuckDBSession
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import read_defaults, resolve_variables

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]

VARIABLES = resolve_variables(read_defaults(DBT_PROJECT_DIR / "dbt_project.yml"), {})
RULES = [(contract, rule) for contract in contracts() for rule in contract.all_rules]

# Rule name -> SQL, where no general fault reaches it.
FAULTS = {
    "every_return_names_its_product": "update {table} set product_id = null",
    "no_row_is_quarantined": (
        "insert into raw.quarantined_rows values ('orders', 'f', 1, 'c', 'v', 'r', '')"
    ),
    "at_most_five_percent_of_the_rows_are_quarantined": (
        "insert into raw.quarantined_rows "
        "select '{name}', 'f', range + 1000000, 'c', 'v', 'r', '' from range(100000)"
    ),
    "the_newest_order_day_is_recent": "update {table} set order_day = date '2000-01-01'",
    "the_orders_are_not_stale": "update {table} set order_day = order_day - 8",
    "open_orders_are_of_the_last_four_weeks": (
        "update {table} set open_amount = net_revenue + 1 "
        "where order_day < (select max(order_day) - 28 from {table})"
    ),
    "the_daily_number_of_rows_by_order_day_is_usual": (
        "update {table} set order_day = (select as_of_date from staging.stg_clock) "
        "where order_month >= (select max(order_month) from {table}) - interval 12 month"
        " and order_month < (select max(order_month) from {table}) - interval 6 month"
    ),
    "few_orders_are_tests_or_of_another_currency": (
        "update {table} set left_out_as = 'other_currency'"
    ),
    "every_exchange_rate_is_of_the_week_before_its_order": (
        "update {table} set exchange_rate_day = order_day - 8"
    ),
    "every_return_is_of_a_sale": "update {table} set is_of_a_sale = false",
    "every_return_has_a_day": "update {table} set is_day_known = false",
    "every_return_is_of_a_known_order": "update raw.returns set order_id = 'nowhere'",
    "no_order_comes_back_with_more_than_it_was_sold_for": (
        "update {table} set amount = amount + 1000000"
    ),
    "every_status_is_known": "update {table} set order_status = 'unknown'",
    "every_order_is_in_the_shop_s_currency": ("update {table} set left_out_as = 'other_currency'"),
    "every_sale_has_lines": "update {table} set item_count = 0",
    "some_customer_has_ordered_twice": "update {table} set customer_id = order_id",
    "no_month_is_missing": (
        "delete from {table} where order_month = "
        "(select max(order_month) - interval 3 month from {table})"
    ),
    "no_customer_id_stands_for_many_people": (
        "update {table} set customer_id = ' Guest' where rowid % 50 = 0"
    ),
    "lines_of_one_order_have_totals_of_their_own": (
        "update {table} set line_total = abs(hash(order_id) % 9973) + 1"
    ),
    "no_two_customer_ids_differ_only_in_case_or_blanks": (
        "update {table} set customer_id = case when rowid % 2 = 0 then 'a' else 'A ' end"
    ),
    "no_two_product_ids_differ_only_in_case_or_blanks": (
        "update {table} set product_id = case when rowid % 2 = 0 then 'a' else 'A ' end"
    ),
    "every_frequent_product_has_a_price": (
        "update {table} set product_id = 'sample', unit_price = 0"
    ),
    "no_order_is_before_its_customer_signed_up": (
        "update staging.stg_customers set signup_date = date '2100-01-01'"
    ),
    "every_frequent_product_has_a_category": (
        "update staging.stg_products set product_category = null"
    ),
    "the_recommendations_beat_best_sellers_and_do_not_lose_to_confidence": (
        "update {table} set rule = 'recommendations', cut_off = 5, ratio_to_confidence_upper = 0.5"
    ),
    "raw_status_is_written_as_orders_are_compared": (
        "update {table} set raw_status = upper(raw_status)"
    ),
}


def general_faults(contract: Contract, rule: Rule) -> Iterator[str]:
    """Yield SQL that spoils the table, from the gentlest to emptying it."""
    table = contract.table
    one = f"rowid = (select min(rowid) from {table})"
    yield f"delete from {table} where {one}"
    yield f"insert into {table} select * from {table} where {one}"
    columns = contract.described.columns
    named = rule.columns if isinstance(rule, RowRule) else tuple(columns)
    for column in dict.fromkeys((*contract.described.key, *named)):
        for value in _other_values(column, columns[column].type):
            yield f"update {table} set {column} = {value} where {one}"
            yield f"update {table} set {column} = {value}"
    yield f"delete from {table}"
    yield f"insert into {table} by name select null as {next(iter(columns))}"


def _other_values(column: str, kind: str) -> Iterator[str]:
    yield "null"
    if kind == "varchar":
        yield "'none such'"
    elif kind == "boolean":
        yield f"not {column}"
    elif kind in ("date", "timestamp"):
        yield f"{column} + interval 400 day"
    else:
        yield f"{column} + 1"
        yield f"-1 - {column}"


@pytest.fixture(scope="module")
def session(shop: Shop) -> Iterator[DuckDBSession]:
    with duckdb.connect(shop.settings.duckdb_path) as connection:
        yield DuckDBSession(connection)


def failing_rows(session: DuckDBSession, contract: Contract, rule: Rule) -> int | None:
    [finding] = evaluate(session, contract, VARIABLES, {rule.name})
    return finding.failing_rows


def test_blocking_rules_hold_in_the_demonstration_shop(session: DuckDBSession):
    assert [
        (contract.table, finding.rule.name, finding.failing_rows)
        for contract in contracts()
        for finding in evaluate(session, contract, VARIABLES)
        if finding.severity is ERROR and not finding.passed
    ] == []


def test_the_dirt_of_the_demonstration_shop_is_warned_of(shop: Shop, session: DuckDBSession):
    truth = json.loads((shop.files / "ground_truth.json").read_text())
    dirt = {kind: planted["rows"] for kind, planted in truth["dirt"].items()}
    warned = {
        (contract.table, finding.rule.name): finding.failing_rows
        for contract in contracts()
        for finding in evaluate(session, contract, VARIABLES)
        if finding.severity is WARN and not finding.passed
    }
    assert {
        ("staging.int_items_per_order", "every_line_belongs_to_an_order"): dirt["orphan_line"],
        ("staging.stg_customers", "signup_date_is_never_null"): dirt["missing_registration_date"],
        ("staging.stg_orders", "no_order_is_before_its_customer_signed_up"): dirt[
            "order_before_signup"
        ],
        ("staging.stg_orders", "total_amount_is_the_sum_of_the_lines"): dirt["total_mismatch"],
        ("staging.stg_order_items", "every_product_is_in_the_catalogue"): dirt[
            "line_without_catalogue_entry"
        ],
    }.items() <= warned.items()


@pytest.mark.parametrize(
    ("contract", "rule"), RULES, ids=[f"{contract.table}-{rule.name}" for contract, rule in RULES]
)
def test_a_planted_fault_breaks_the_rule(session: DuckDBSession, contract: Contract, rule: Rule):
    if rule == contract.columns_rule:
        faults = [f"alter table {contract.table} drop {next(reversed(contract.described.columns))}"]
    elif rule.name in FAULTS:
        name = contract.table.split(".")[1]
        faults = [FAULTS[rule.name].format(table=contract.table, name=name)]
    else:
        faults = list(general_faults(contract, rule))
    before = failing_rows(session, contract, rule)
    for fault in faults:
        session.execute("begin")
        try:
            session.execute(fault)
            after = failing_rows(session, contract, rule)
        except duckdb.ConstraintException:
            continue  # the table itself keeps it
        finally:
            session.execute("rollback")
        if after is None or after > (before or 0):
            return
    pytest.fail(f"no fault breaks the rule {rule.name} of {contract.table}; write one into FAULTS")
