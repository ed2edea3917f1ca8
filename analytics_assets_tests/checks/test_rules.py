"""Each kind of rule: what keeps it, what breaks it, missing rows, NULL, empty tables."""

import pytest

from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    has_rows,
    in_range,
    key,
    no_rows,
    not_null,
    references,
    same_rows,
)

COLUMNS = {"id": "VARCHAR", "value": "VARCHAR"}
NUMBERS = {"id": "INTEGER", "value": "DOUBLE"}
IDS = {"id": "VARCHAR"}
PAIRS = {"a": "VARCHAR", "b": "INTEGER"}


def ids(finding):
    return finding.sample["id"].tolist() if len(finding.sample) else []


def records(finding):
    return list(finding.sample.itertuples(index=False, name=None))


def test_a_key_is_never_repeated_missing_or_blank(find):
    rows = [("x",), ("y",), (" x",), (None,), ("  ",), ("X",)]
    finding = find(key(["id"]), IDS, rows)
    assert finding.failing_rows == 2
    assert {(str(value), rows) for value, rows in records(finding)} == {("x", 2), ("nan", 2)}
    assert find(key(["id"]), IDS, [("15056bl",), ("15056BL",)]).passed
    assert find(key(["id"]), IDS, []).passed


def test_a_key_of_several_columns_repeats_only_as_a_whole(find):
    rows = [("x", 1), ("x", 2), ("y", 1)]
    assert find(key(["a", "b"]), PAIRS, rows).passed
    assert records(find(key(["a", "b"]), PAIRS, [*rows, ("x", 2)])) == [("x", "2", 2)]
    assert find(key(["a", "b"]), PAIRS, [*rows, ("z", None)]).failing_rows == 1


def test_not_null_finds_the_rows_without_a_value_and_no_empty_text(find):
    finding = find(not_null("value"), COLUMNS, [("1", "a"), ("2", None), ("3", ""), ("4", None)])
    assert (finding.failing_rows, finding.rows_checked, ids(finding)) == (2, 4, ["2", "4"])


@pytest.mark.parametrize(
    ("minimum", "maximum", "offending"),
    [(0, 1, [1, 4, 6]), (0, None, [1]), (None, 1, [4, 6])],
)
def test_in_range_includes_its_bounds_accepts_null_and_refuses_nan_above(
    find, minimum, maximum, offending
):
    rows = [(1, -0.1), (2, 0), (3, 1), (4, 1.1), (5, None), (6, float("nan"))]
    assert ids(find(in_range("value", minimum=minimum, maximum=maximum), NUMBERS, rows)) == (
        offending
    )


def test_a_range_without_bounds_is_refused_since_it_could_not_fail():
    with pytest.raises(ValueError, match="must have a bound"):
        in_range("value")


@pytest.mark.parametrize(("null_fails", "offending"), [(False, [2]), (True, [2, 3])])
def test_an_expression_takes_null_as_kept_unless_it_says_otherwise(find, null_fails, offending):
    rule = expression("value is positive", "value > 0", ["value"], null_fails=null_fails)
    assert ids(find(rule, NUMBERS, [(1, 1), (2, 0), (3, None)])) == offending


def test_an_expression_is_one_condition_and_can_depend_on_the_variables(find, variables):
    either = expression("value is 1 or 2", "value = 1 or value = 2", ["value"])
    assert ids(find(either, NUMBERS, [(1, 1), (2, 2), (3, 3)])) == [3]
    big = expression("value is big", lambda v: f"value >= {v.high_value_threshold}", ["value"])
    below = variables.high_value_threshold - 1
    assert ids(find(big, NUMBERS, [(1, below), (2, below + 1)])) == [1]


def test_a_sample_shows_the_key_and_what_the_rule_is_about_and_five_rows_at_most(find):
    columns = {"id": "INTEGER", "email": "VARCHAR", "value": "DOUBLE"}
    rows = [(number, "someone@example.com", -number) for number in range(7, 0, -1)]
    finding = find(in_range("value", minimum=0), columns, rows)
    assert finding.failing_rows == 7
    assert finding.sample.to_dict("list") == {
        "id": [1, 2, 3, 4, 5],
        "value": [-1.0, -2.0, -3.0, -4.0, -5.0],
    }


@pytest.fixture
def known(session):
    session.execute("create table raw.known (id varchar)")
    session.execute("insert into raw.known values ('x'), (null), ('y '), ('x')")


@pytest.mark.usefixtures("known")
def test_references_find_what_the_other_table_lacks_even_beside_its_nulls(find):
    rule = references("every id is known", "id", "raw.known")
    assert records(find(rule, IDS, [("x",), ("X",), ("y",), (None,), ("z",)])) == [
        ("X",),
        ("y",),
        ("z",),
    ]


@pytest.mark.usefixtures("known")
def test_same_rows_finds_what_is_missing_and_what_is_too_much(find):
    rule = same_rows("ids are the known ones", ["id"], "select trim(id) as id from raw.known")
    assert find(rule, IDS, [("x",), ("y",), (None,)]).passed
    found = {(side, str(value)) for side, value in records(find(rule, IDS, [("x",), ("z",)]))}
    assert found == {("missing", "y"), ("missing", "nan"), ("not expected", "z")}


def test_no_rows_counts_and_shows_what_its_query_returns(find):
    rule = no_rows("sums agree", "select a, sum(b) as total from staging.checked group by a")
    finding = find(rule, PAIRS, [("x", 1), ("x", 2), ("y", 5)])
    assert (finding.failing_rows, records(finding)) == (2, [("x", 3), ("y", 5)])
    assert find(rule, PAIRS, []).passed


def test_has_rows_fails_on_an_empty_table_only(find):
    assert find(has_rows(), IDS, []).failing_rows == 1
    assert find(has_rows(), IDS, [(None,)]).passed


def test_a_rule_is_named_after_its_sentence_and_a_warning_gives_advice():
    error = not_null("order_id")
    warning = not_null("order_id", severity=WARN, advice="look at the source")
    assert error.name == "order_id_is_never_null"
    assert (error.blocking, warning.blocking) == (True, False)
    with pytest.raises(ValueError, match="must give advice"):
        not_null("order_id", severity=WARN)
