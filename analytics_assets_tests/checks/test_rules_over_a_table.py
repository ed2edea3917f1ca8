"""Each kind of rule over a table: planted faults, missing rows, NULL keys, empty tables."""

import pytest

from analytics_assets.lib.checks.rules import (
    has_rows,
    newest_event,
    no_rows,
    references,
    row_count,
    unique,
    unique_text,
)

IDS = {"id": "VARCHAR"}
PAIRS = {"a": "VARCHAR", "b": "INTEGER"}


def records(finding):
    return list(finding.sample.itertuples(index=False, name=None))


def test_unique_finds_each_repeated_key_once_with_its_rows(find):
    finding = find(unique(["id"]), IDS, [("x",), ("y",), ("x",), ("z",), ("z",), ("z",)])
    assert finding.failing_rows == 2
    assert records(finding) == [("x", 2), ("z", 3)]


def test_ids_that_differ_by_case_only_are_two(find):
    rows = [("15056bl",), ("15056BL",)]
    assert find(unique(["id"]), IDS, rows).passed
    assert find(unique_text("id"), IDS, rows).passed


def test_ids_that_are_equal_without_their_blanks_are_one_as_text(find):
    rows = [("47503J",), ("47503J ",), (" 47503J",), ("47503j",)]
    assert find(unique(["id"]), IDS, rows).passed
    finding = find(unique_text("id"), IDS, rows)
    assert records(finding) == [("47503J", 3)]


def test_null_and_blank_keys_equal_no_other(find):
    assert find(unique(["id"]), IDS, [(None,), (None,)]).passed
    assert find(unique_text("id"), IDS, [(None,), (None,), ("",), (" ",)]).passed


def test_a_key_of_several_columns_repeats_only_as_a_whole(find):
    rows = [("x", 1), ("x", 2), ("y", 1), ("x", None), ("x", None)]
    assert find(unique(["a", "b"]), PAIRS, rows).passed
    finding = find(unique(["a", "b"]), PAIRS, [*rows, ("x", 2)])
    assert records(finding) == [("x", 2, 2)]
    assert finding.rule.name == "a_and_b_are_unique"


@pytest.fixture
def known(session):
    session.execute("create table raw.known (id varchar)")
    session.execute("insert into raw.known values ('x'), (null), ('y '), ('x')")


@pytest.mark.usefixtures("known")
def test_references_find_what_the_other_table_lacks_even_beside_its_nulls(find):
    rule = references("every id is known", "id", "raw.known")
    finding = find(rule, IDS, [("x",), ("X",), ("y",), (None,), ("z",)])
    assert finding.failing_rows == 3
    assert records(finding) == [("X",), ("y",), ("z",)]


@pytest.mark.usefixtures("known")
def test_trimmed_references_ignore_blanks_around_and_take_blank_as_null(find):
    rule = references("every id is known", "id", "raw.known", trimmed=True)
    finding = find(rule, IDS, [(" x",), ("y",), ("  ",), (None,), ("Y",)])
    assert records(finding) == [("Y",)]


def test_every_reference_to_an_empty_table_is_found_but_null(find, session):
    session.execute("create table raw.known (id varchar)")
    finding = find(references("every id is known", "id", "raw.known"), IDS, [("x",), (None,)])
    assert records(finding) == [("x",)]


def test_no_rows_counts_and_shows_what_its_query_returns(find):
    rule = no_rows("sums agree", "select a, sum(b) as total from raw.checked group by a")
    finding = find(rule, PAIRS, [("x", 1), ("x", 2), ("y", 5)])
    assert finding.failing_rows == 2
    assert records(finding) == [("x", 3), ("y", 5)]
    assert find(rule, PAIRS, []).passed


def test_has_rows_fails_on_an_empty_table_only(find):
    finding = find(has_rows(), IDS, [])
    assert (finding.failing_rows, records(finding)) == (1, [(0,)])
    assert find(has_rows(), IDS, [(None,)]).passed


@pytest.mark.parametrize(("rows", "passed"), [(1, False), (2, True), (3, True), (4, False)])
def test_a_row_count_includes_its_bounds(find, rows, passed):
    finding = find(row_count(2, 3), IDS, [("x",)] * rows)
    assert finding.passed is passed
    assert records(finding) == ([] if passed else [(rows,)])


def test_a_row_count_may_have_no_upper_bound(find):
    assert find(row_count(2), IDS, [("x",)] * 9).passed
    assert find(row_count(2), IDS, [("x",)]).failing_rows == 1


@pytest.mark.parametrize("kind", ["DATE", "TIMESTAMP"])
@pytest.mark.parametrize(("newest", "passed"), [("2024-03-28", True), ("2024-03-27", False)])
def test_the_newest_event_may_be_as_old_as_the_bound(find, kind, newest, passed):
    rows = [("2020-01-01",), (newest,), (None,)]
    finding = find(newest_event("day", 3), {"day": kind}, rows)
    assert finding.passed is passed
    if not passed:
        assert [f"{day:%Y-%m-%d}" for day in records(finding)[0]] == [newest, "2024-03-31"]


def test_a_table_without_any_event_has_no_newest_one(find):
    assert find(newest_event("day", 3), {"day": "DATE"}, []).failing_rows == 1
    assert find(newest_event("day", 3), {"day": "DATE"}, [(None,)]).failing_rows == 1
