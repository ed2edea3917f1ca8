"""Every rule of every contract against a shop that was really built: it holds, and it can fail."""

import json

import pytest
from built_shop import build_shop, keep_as_table
from planted_faults import fault_of

from analytics_assets.defs.contracts import CONTRACTS
from analytics_assets.lib.checks.evaluation import Finding, evaluate
from analytics_assets.lib.checks.rules import WARN
from analytics_assets.lib.warehouse.duckdb import DuckDBSession
from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import read_defaults, resolve_variables

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("built_shop")]

RULES = [(contract, rule) for contract in CONTRACTS for rule in contract.rules]
VARIABLES = resolve_variables(read_defaults(DBT_PROJECT_DIR / "dbt_project.yml"), {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def shop(folder):
    with build_shop(folder, VARIABLES).session() as session:
        for contract in CONTRACTS:
            keep_as_table(session, contract.table)
        yield session


@pytest.fixture(scope="module")
def findings(shop: DuckDBSession) -> dict[tuple[str, str], Finding]:
    return {
        (contract.table, finding.rule.name): finding
        for contract in CONTRACTS
        for finding in evaluate(shop, contract, VARIABLES)
    }


def test_columns_and_blocking_rules_hold_in_the_demonstration_shop(findings):
    assert [
        (table, name, finding.failing_rows, finding.note)
        for (table, name), finding in findings.items()
        if finding.rule.blocking and not finding.passed
    ] == []


def test_the_dirt_of_the_demonstration_shop_is_warned_of(folder, shop, findings):
    truth = json.loads((folder / "files" / "ground_truth.json").read_text())
    dirt = {kind: planted["rows"] for kind, planted in truth["dirt"].items()}
    warnings = {
        key: finding.failing_rows
        for key, finding in findings.items()
        if finding.rule.severity is WARN and not finding.passed
    }
    [(unknown_statuses,)] = shop.connection.execute(
        "select count(distinct lower(trim(order_status))) from raw.orders"
        " where lower(trim(order_status)) in ('on_hold', 'awaiting_review')"
    ).fetchall()

    assert warnings == {
        ("raw.order_items", "every_line_belongs_to_an_order"): dirt["orphan_line"],
        ("raw.order_items", "every_product_is_in_the_catalogue"): dirt[
            "line_without_catalogue_entry"
        ],
        ("raw.quarantined_rows", "no_row_is_quarantined"): dirt["repeated_order_item_id"],
        ("staging.stg_customers", "signup_date_is_never_null"): dirt["missing_registration_date"],
        ("staging.stg_orders", "every_status_is_known"): unknown_statuses,
        ("staging.stg_orders", "no_order_is_before_its_customer_signed_up"): dirt[
            "order_before_signup"
        ],
        ("staging.stg_orders", "total_amount_is_the_sum_of_the_lines"): dirt["total_mismatch"],
        ("staging.stg_order_items", "every_product_is_in_the_catalogue"): dirt[
            "line_without_catalogue_entry"
        ],
        # No dirt: in so few baskets only the first product is surely better than a best seller.
        ("analytics.recommendation_scorecard", "the_recommendations_beat_best_sellers"): 2,
    }


@pytest.mark.parametrize(
    ("contract", "rule"), RULES, ids=[f"{contract.table}-{rule.name}" for contract, rule in RULES]
)
def test_a_planted_fault_breaks_the_rule(shop, findings, contract, rule):
    fault = fault_of(contract, rule)
    variables = VARIABLES.model_copy(update=fault.variables)
    shop.execute("begin")
    try:
        shop.execute(fault.sql)
        [finding] = evaluate(shop, contract, variables, {rule.name})
    finally:
        shop.execute("rollback")

    before = findings[contract.table, rule.name].failing_rows
    assert finding.failing_rows == before + fault.added_rows
    assert 1 <= len(finding.sample) <= 5


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"excluded_product_ids": ("PROD_001", "it's")},
            {
                "no_product_is_excluded",
                "total_orders_is_the_number_of_baskets",
                "product_orders_are_the_baskets_that_hold_the_product",
                "the_pairs_of_a_product_hold_the_partners_that_it_met",
                "q_values_are_those_of_the_p_values",
                "every_product_of_a_pair_has_its_recommendations",
            },
        ),
        (
            {"cohort_basis": "first_order"},
            {
                "every_member_is_in_the_size_of_its_cohort",
                "each_cell_has_the_figures_of_its_members_revenue_orders",
                "revenue_and_the_excluded_orders_are_all_revenue",
            },
        ),
        (
            {"min_pair_orders": 50},
            {
                "a_pair_is_in_at_least_min_pair_orders_baskets",
                "q_values_are_those_of_the_p_values",
            },
        ),
        (
            {"lookback_days": 91},
            {
                "total_orders_is_the_number_of_baskets",
                "product_orders_are_the_baskets_that_hold_the_product",
                "the_pairs_of_a_product_hold_the_partners_that_it_met",
                "learning_ends_before_the_scored_days_begin",
            },
        ),
        ({"large_order_from": 150}, {"order_size_follows_net_amount"}),
        ({"high_value_threshold": 500.5}, {"value_tier_follows_total_revenue"}),
        ({"active_customer_days": 30}, {"customer_status_follows_days_since_last_order"}),
        ({"cost_ratio_when_unknown": 0.5}, {"an_estimated_cost_is_a_share_of_the_price"}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_tables_built_with_other_variables_break_the_rules_that_depend_on_them(
    shop, changed, expected
):
    variables = VARIABLES.model_copy(update=changed)

    broken = {
        finding.rule.name
        for contract in CONTRACTS
        for finding in evaluate(shop, contract, variables)
        if finding.rule.blocking and not finding.passed
    }

    assert broken == expected
