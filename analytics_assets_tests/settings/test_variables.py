import datetime
import json

import pytest

from analytics_assets.settings import DBT_PROJECT_DIR
from analytics_assets.variables import VariableError, read_defaults, resolve_variables

DEFAULTS = read_defaults(DBT_PROJECT_DIR / "dbt_project.yml")


def test_dbt_gets_the_same_values_as_plain_json():
    variables = resolve_variables(
        DEFAULTS, {"as_of_date": datetime.date(2011, 12, 9), "excluded_product_ids": ["POST"]}
    )

    sent = json.loads(json.dumps(variables.for_dbt()))

    assert sent["as_of_date"] == "2011-12-09"
    assert sent["excluded_product_ids"] == ["POST"]
    assert resolve_variables(DEFAULTS, sent) == variables


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("as_of_date", "2025-02-30"),
        ("as_of_date", "yesterday"),
        ("as_of_date", "1899-12-31"),
        ("as_of_date", 20251231),
        ("as_of_date", datetime.datetime(2025, 1, 1, 12)),
        ("lookback_days", 0),
        ("lookback_days", -90),
        ("lookback_days", "90"),
        ("lookback_days", 90.5),
        ("lookback_days", True),
        ("high_value_threshold", 0),
        ("high_value_threshold", float("inf")),
        ("high_value_threshold", float("nan")),
        ("high_value_threshold", "1000"),
        ("active_customer_days", None),
        ("min_pair_orders", 0),
        ("excluded_product_ids", "POST"),
        ("excluded_product_ids", [71053]),
        ("excluded_product_ids", [""]),
        ("excluded_product_ids", ["a\\b"]),
        ("cohort_basis", "first-order"),
        ("cost_ratio_when_unknown", 1.1),
        ("business_timezone", "Mars/Olympus"),
        ("business_timezone", "../../etc/passwd"),
        ("business_timezone", "Europe"),
        ("medium_order_from", 500),
        ("history_from", "soon"),
    ],
)
def test_a_wrong_value_is_refused_by_name_value_and_what_is_allowed(name: str, value: object):
    with pytest.raises(VariableError) as refusal:
        resolve_variables(DEFAULTS, {name: value})

    message = str(refusal.value)
    assert name in message
    assert str(value) in message or repr(value) in message
    assert "must be" in message


def test_an_unknown_variable_is_refused_with_the_list_of_known_ones():
    with pytest.raises(
        VariableError, match=r"lookback_day must be the name of a variable: as_of_date"
    ):
        resolve_variables(DEFAULTS, {"lookback_day": 30})


def test_every_wrong_variable_is_named_at_once():
    with pytest.raises(VariableError, match=r"cohort_basis.*; lookback_days"):
        resolve_variables(DEFAULTS, {"lookback_days": 0, "cohort_basis": "x"})


def test_the_last_day_of_the_history_is_not_before_its_first():
    days = {"history_from": "2025-12-31", "history_to": "2025-12-30"}

    with pytest.raises(VariableError, match="history_to must be a date from"):
        resolve_variables(DEFAULTS, days)

    assert resolve_variables(DEFAULTS, {**days, "history_to": "2025-12-31"}).history_to
