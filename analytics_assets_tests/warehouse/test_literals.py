import datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_assets.lib.warehouse.literals import literal, literals


@given(st.text(st.characters(exclude_characters="\\\x00", exclude_categories=["Cs"])))
def test_any_text_comes_back_as_itself_and_is_never_code(text: str):
    [(value,)] = duckdb.sql(f"select {literal(text)}").fetchall()

    assert value == text


@pytest.mark.parametrize(
    "value", [None, True, False, 0, -3, 2.5, 1e300, datetime.date(2025, 12, 31)]
)
def test_a_value_comes_back_as_itself(value: object):
    [(back,)] = duckdb.sql(f"select {literal(value)}").fetchall()

    assert back == value


@pytest.mark.parametrize("value", ["a\\b", datetime.datetime(2025, 1, 1), [1]])
def test_what_the_engines_would_read_differently_is_refused(value: object):
    with pytest.raises(TypeError):
        literal(value)


def test_literals_are_separated_by_commas():
    assert literals(["a", "it's"]) == "'a', 'it''s'"
