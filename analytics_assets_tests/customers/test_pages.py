"""What the pages of the customers' tables say beside their pictures."""

import math

import duckdb
import pandas as pd
import pytest

from analytics_assets.defs.customers.chart_value import BINS_PER_DECADE, value_bin
from analytics_assets.defs.customers.pages import migration_finding, segments_that_stayed

MOVES = pd.DataFrame(
    [
        ("champions", "champions", 30),
        ("champions", "loyal", 20),
        ("lost", "lost", 150),
        ("prospects", "prospects", 400),
        ("not_yet_customer", "new_customers", 9),
    ],
    columns=["segment_before", "segment_now", "customers"],
)


def test_segments_that_stayed_leaves_out_who_had_not_bought():
    stayed = segments_that_stayed(MOVES)

    assert stayed.to_dict("list") == {
        "segment": ["lost", "champions"],
        "customers": [150, 50],
        "stayed": [150, 30],
        "share": [1.0, 0.6],
    }


def test_the_finding_is_how_many_stayed_and_how_many_champions():
    assert "90 %" in migration_finding(segments_that_stayed(MOVES))
    assert "60 %" in migration_finding(segments_that_stayed(MOVES))
    assert "champions" not in migration_finding(segments_that_stayed(MOVES[2:]))
    assert "Nobody" in migration_finding(segments_that_stayed(MOVES[3:]))


@pytest.mark.parametrize("power", range(-1, 11))
def test_a_power_of_ten_begins_a_bin_and_a_cent_less_is_in_the_one_below(power):
    [(found, below)] = duckdb.sql(
        f"select {value_bin('amount')}, {value_bin('amount - 0.01')} from "
        f"(select cast(1e{power} as decimal(18, 2)) as amount) where amount > 0.01"
    ).fetchall()

    assert found == BINS_PER_DECADE * power
    assert below == math.floor(BINS_PER_DECADE * math.log10(10**power - 0.01))
