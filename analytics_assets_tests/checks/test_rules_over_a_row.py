"""Each kind of rule over a row: what keeps it, what breaks it, and what NULL does."""

import pytest

from analytics_assets.lib.checks.rules import (
    WARN,
    accepted_values,
    expression,
    in_range,
    not_blank,
    not_null,
)

COLUMNS = {"id": "INTEGER", "value": "VARCHAR"}
NUMBERS = {"id": "INTEGER", "value": "DOUBLE"}


def ids(finding):
    return finding.sample["id"].tolist() if len(finding.sample) else []


def test_not_null_finds_the_rows_without_a_value_and_no_empty_text(find):
    finding = find(not_null("value"), COLUMNS, [(1, "a"), (2, None), (3, ""), (4, None)])
    assert (finding.failing_rows, finding.rows_checked, ids(finding)) == (2, 4, [2, 4])
    assert finding.sample["value"].isna().all()


def test_not_null_keeps_a_full_column(find):
    finding = find(not_null("value"), COLUMNS, [(1, "a"), (2, "")])
    assert finding.passed
    assert finding.sample.empty


def test_not_blank_finds_null_empty_and_blanks(find):
    rows = [(1, "a"), (2, None), (3, ""), (4, "   "), (5, " b ")]
    finding = find(not_blank("value"), COLUMNS, rows)
    assert (finding.failing_rows, ids(finding)) == (3, [2, 3, 4])


@pytest.mark.parametrize(("or_null", "offending"), [(False, [2, 3, 4]), (True, [2, 4])])
def test_accepted_values_finds_others_by_their_exact_text(find, or_null, offending):
    rows = [(1, "open"), (2, "Open"), (3, None), (4, "open "), (5, "it's")]
    finding = find(accepted_values("value", ["open", "it's"], or_null=or_null), COLUMNS, rows)
    assert finding.failing_rows == len(offending)
    assert ids(finding) == offending
    assert finding.sample["value"].to_list()[-1] == "open "


def test_rules_over_several_columns_find_a_fault_in_any_of_them(find):
    columns = {"id": "INTEGER", "a": "VARCHAR", "b": "VARCHAR"}
    rows = [(1, "x", "x"), (2, None, "x"), (3, "x", None), (4, "", "x"), (5, "x", " ")]
    assert ids(find(not_null("a", "b"), columns, rows)) == [2, 3]
    assert ids(find(not_blank("a", "b"), columns, rows)) == [2, 3, 4, 5]
    numbers = {"id": "INTEGER", "a": "DOUBLE", "b": "DOUBLE"}
    rows = [(1, 0, 1), (2, -1, 0), (3, 0, 2), (4, None, 2)]
    assert ids(find(in_range("a", "b", minimum=0, maximum=1), numbers, rows)) == [2, 3, 4]


def test_rules_over_several_columns_are_named_after_them():
    assert not_null("a", "b", "c").name == "a_b_and_c_are_never_null"
    many = not_null("a", "b", "c", "d")
    assert (many.name, many.explanation) == ("required_columns_are_never_null", "a, b, c, d")


@pytest.mark.parametrize(
    ("minimum", "maximum", "offending"),
    [(0, 1, [1, 4, 6]), (0, None, [1]), (None, 1, [4, 6])],
)
def test_in_range_includes_its_bounds_accepts_null_and_refuses_nan_above(
    find, minimum, maximum, offending
):
    rows = [(1, -0.1), (2, 0), (3, 1), (4, 1.1), (5, None), (6, float("nan"))]
    finding = find(in_range("value", minimum=minimum, maximum=maximum), NUMBERS, rows)
    assert ids(finding) == offending
    assert finding.failing_rows == len(offending)


def test_a_range_without_bounds_is_refused_since_it_could_not_fail():
    with pytest.raises(ValueError, match="has no bound"):
        in_range("value")


@pytest.mark.parametrize(("null_fails", "offending"), [(False, [2]), (True, [2, 3])])
def test_an_expression_takes_null_as_kept_unless_it_says_otherwise(find, null_fails, offending):
    rule = expression("value is positive", "value > 0", ["value"], null_fails=null_fails)
    finding = find(rule, NUMBERS, [(1, 1), (2, 0), (3, None)])
    assert ids(finding) == offending


def test_an_expression_is_one_condition_whatever_stands_beside_it(find):
    rule = expression("value is 1 or 2", "value = 1 or value = 2", ["value"])
    assert ids(find(rule, NUMBERS, [(1, 1), (2, 2), (3, 3)])) == [3]


def test_an_expression_can_depend_on_the_variables(find, variables):
    rule = expression("value is big", lambda v: f"value >= {v.high_value_threshold}", ["value"])
    below = variables.high_value_threshold - 1
    assert ids(find(rule, NUMBERS, [(1, below), (2, below + 1)])) == [1]


def test_a_sample_shows_the_key_and_what_the_rule_is_about_and_five_rows_at_most(find):
    columns = {"id": "INTEGER", "email": "VARCHAR", "value": "DOUBLE"}
    rows = [(number, "someone@example.com", -number) for number in range(7, 0, -1)]
    finding = find(in_range("value", minimum=0), columns, rows)
    assert finding.failing_rows == 7
    assert finding.sample.to_dict("list") == {
        "id": [1, 2, 3, 4, 5],
        "value": [-1.0, -2.0, -3.0, -4.0, -5.0],
    }


def test_an_empty_table_keeps_every_rule_over_a_row(find):
    finding = find(not_null("value"), COLUMNS, [])
    assert (finding.passed, finding.rows_checked) == (True, 0)


def test_a_rule_is_named_after_its_sentence_and_blocks_when_it_is_an_error():
    error, warning = not_null("order_id"), not_null("order_id", severity=WARN)
    assert error.name == "order_id_is_never_null"
    assert (error.blocking, warning.blocking) == (True, False)
    assert expression("1 of 2, so 50 %", "true", []).name == "1_of_2_so_50"
