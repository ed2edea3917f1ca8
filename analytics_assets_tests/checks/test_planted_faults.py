"""Every rule of every contract holds on a shop that was really built, and can be broken.

Faults are planted without knowing the rule: a row lost, a row twice, a value missing or another. A
rule that none of them breaks needs a fault of its own in ``FAULTS``, or can never fail.
"""

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

# Sentence of a rule -> SQL, where no general fault reaches it.
FAULTS = {
    "every return names its product": "update {table} set product_id = null",
    "no row is quarantined": (
        "insert into raw.quarantined_rows values ('orders', 'f', 1, 'c', 'v', 'r', '')"
    ),
    "at most five percent of the rows are quarantined": (
        "insert into raw.quarantined_rows "
        "select '{name}', 'f', range + 1000000, 'c', 'v', 'r', '' from range(100000)"
    ),
    "the orders are not stale": "update {table} set order_day = order_day - 8",
    "open orders are of the last four weeks": (
        "update {table} set open_amount = net_revenue + 1 "
        "where order_day < (select max(order_day) - 28 from {table})"
    ),
    "the daily number of rows by order_day is usual": (
        "update {table} set order_day = (select as_of_date from staging.stg_clock) "
        "where order_month >= (select max(order_month) from {table}) - interval 12 month"
        " and order_month < (select max(order_month) from {table}) - interval 6 month"
    ),
    "few orders are tests or of another currency": (
        "update {table} set left_out_as = 'other_currency'"
    ),
    "every exchange rate is of the week before its order": (
        "update {table} set exchange_rate_day = order_day - 8"
    ),
    "every return is of a sale": "update {table} set is_of_a_sale = false",
    "every return has a day": "update {table} set is_day_known = false",
    "every return is of a known order": "update raw.returns set order_id = 'nowhere'",
    "no order comes back with more than it was sold for": (
        "update {table} set amount = amount + 1000000"
    ),
    "every status is known": "update {table} set order_status = 'unknown'",
    "every order is in the shop's currency": ("update {table} set left_out_as = 'other_currency'"),
    "discount_amount is in range": "update {table} set discount_amount = -1",
    "no amounts are in cents": (
        "update {table} set total_amount = 100 * total_amount, items_total = 100 * items_total"
    ),
    "every order has a day of its own": "update {table} set order_day = date '1970-01-01'",
    "orders are of many moments": (
        "update {table} set order_date = timestamp '2024-01-01', order_day = date '2024-01-01' "
        "where rowid % 3 > 0"
    ),
    "every line of a sale has an amount": "update {table} set line_total = null",
    "every sale has lines": "update {table} set item_count = 0",
    "some customer has ordered twice": "update {table} set customer_id = order_id",
    "no month is missing": (
        "delete from {table} where order_month = "
        "(select max(order_month) - interval 3 month from {table})"
    ),
    "no customer id stands for many people": (
        "update {table} set customer_id = ' Guest' where rowid % 50 = 0"
    ),
    "lines of one order have totals of their own": (
        "update {table} set line_total = abs(hash(order_id) % 9973) + 1"
    ),
    "no two customer ids differ only in case, blanks or leading zeros": (
        "update {table} set customer_id = case when rowid % 2 = 0 then 'a' else '0A ' end"
    ),
    "no two product ids differ only in case, blanks or leading zeros": (
        "update {table} set product_id = '0' || (select min(product_id) from staging.stg_products)"
    ),
    "every frequent product has a price": (
        "update {table} set product_id = 'sample', unit_price = 0"
    ),
    "no order is before its customer signed up": (
        "update staging.stg_customers set signup_date = date '2100-01-01'"
    ),
    "every frequent product has a category": (
        "update staging.stg_products set product_category = null"
    ),
    "the recommendations beat best sellers and do not lose to confidence": (
        "update {table} set rule = 'recommendations', cut_off = 5, ratio_to_confidence_upper = 0.5"
    ),
    "raw_status is written as orders are compared": (
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
    found = evaluate(session, contract, VARIABLES, {rule.name})
    return next(finding.failing_rows for finding in found if finding.rule is rule)


def test_blocking_rules_hold_in_the_demonstration_shop(session: DuckDBSession):
    assert [
        (contract.table, finding.rule.name, finding.failing_rows)
        for contract in contracts()
        for finding in evaluate(session, contract, VARIABLES)
        if finding.severity is ERROR and not finding.passed
    ] == []


def test_the_dirt_of_the_demonstration_shop_is_warned_of(shop: Shop, session: DuckDBSession):
    dirt = {kind: planted["rows"] for kind, planted in shop.truth["dirt"].items()}
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
    ("contract", "rule"),
    RULES,
    ids=[f"{contract.table}-{rule.sentence}" for contract, rule in RULES],
)
def test_a_planted_fault_breaks_the_rule(session: DuckDBSession, contract: Contract, rule: Rule):
    if rule == contract.columns_rule:
        faults = [f"alter table {contract.table} drop {next(reversed(contract.described.columns))}"]
    elif rule.sentence in FAULTS:
        name = contract.table.split(".")[1]
        faults = [FAULTS[rule.sentence].format(table=contract.table, name=name)]
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
    pytest.fail(
        f"no fault breaks the rule {rule.sentence!r} of {contract.table}; write one into FAULTS"
    )
