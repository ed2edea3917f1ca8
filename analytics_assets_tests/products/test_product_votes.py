"""The votes of a window, against baskets counted one by one, and the example of METHODS."""

import datetime
from dataclasses import replace

import pandas as pd
import pytest
from recommendation_oracle import votes
from recommendation_shops import (
    AS_OF_DATE,
    CREATE_PRODUCT_VOTES,
    LAST_LEARNT,
    RECOMMENDATION_DAYS,
    Order,
    affinity_window,
    random_orders,
    staged,
    votes_window,
)

from analytics_assets.defs.products.votes import create_votes, drop_votes, product_votes_query
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

WAYS = pytest.mark.parametrize("in_process", [True, False], ids=["in memory", "by statements"])


def product_votes(session: DuckDBSession, window, in_process: bool) -> pd.DataFrame:
    session = replace(session, in_process=in_process)
    create_votes(session, window)
    session.execute(CREATE_PRODUCT_VOTES + product_votes_query(window.as_of_date))
    drop_votes(session)
    return session.read("select * from analytics.product_votes order by 1, 2")


@WAYS
@pytest.mark.parametrize("excluded", [(), ("fee", "p00")])
def test_every_sum_is_what_adding_basket_by_basket_says(excluded, in_process):
    orders = random_orders(3)
    window = votes_window(affinity_window(excluded=excluded))
    with staged(orders) as session:
        table = product_votes(session, window, in_process)
    expected = votes(orders, LAST_LEARNT, excluded)
    pairs = [(a, b) for a, b in sorted(expected.n_pair) if a < b]
    assert pairs
    assert table[["product_a_id", "product_b_id"]].to_numpy().tolist() == [*map(list, pairs)]
    for (a, b), row in zip(pairs, table.to_dict("records"), strict=True):
        assert row["total_orders"] == expected.total
        assert (row["product_a_orders"], row["product_b_orders"]) == (expected.n[a], expected.n[b])
        assert row["times_bought_together"] == expected.n_pair[a, b]
        # Exactly: sums of the weights lose nothing.
        assert row["product_a_votes"] == expected.votes[a]
        assert row["product_b_votes"] == expected.votes[b]
        assert row["votes_together"] == expected.pair_votes[a, b]
        assert row["as_of_date"] == pd.Timestamp(LAST_LEARNT)


@pytest.mark.slow
def test_both_ways_give_the_same_table_to_the_last_bit():
    # More pairs in one basket than are counted at once.
    huge = Order(LAST_LEARNT, [f"p{number:02}" for number in range(900)])
    orders = [*random_orders(4, orders=900, products=80), huge, huge]
    window = votes_window(affinity_window())
    with staged(orders) as session:
        ways = [product_votes(session, window, in_process) for in_process in (True, False)]
    assert len(ways[0]) >= 900 * 899 / 2
    pd.testing.assert_frame_equal(*ways, check_exact=True)


@WAYS
def test_a_vote_is_shared_among_the_items_and_halved_in_sixty_days(in_process):
    ten = ["X", "Z", *(f"other {number}" for number in range(8))]
    orders = [Order(AS_OF_DATE, ["X", "Y"]), Order(AS_OF_DATE - datetime.timedelta(60), ten)]
    window = replace(votes_window(affinity_window(AS_OF_DATE)), min_pair_orders=1)
    with staged(orders) as session:
        table = product_votes(session, window, in_process).set_index(
            ["product_a_id", "product_b_id"]
        )
    assert table.loc[("X", "Y"), "votes_together"] == 0.5
    assert table.loc[("X", "Z"), "votes_together"] == pytest.approx(0.05, abs=1e-11)
    assert set(table.loc["X", "product_a_votes"].round(10)) == {0.55}


@WAYS
def test_the_window_holds_its_first_day_and_not_the_day_before(in_process):
    first = AS_OF_DATE - datetime.timedelta(days=RECOMMENDATION_DAYS - 1)
    days = [first - datetime.timedelta(days=1), first, first, AS_OF_DATE + datetime.timedelta(1)]
    orders = [Order(day, [f"{number % 3}", "b"]) for number, day in enumerate(days)]
    window = replace(votes_window(affinity_window(AS_OF_DATE)), min_pair_orders=1)
    with staged(orders) as session:
        table = product_votes(session, window, in_process)
    assert table["product_a_id"].tolist() == ["1", "2"]
    assert set(table["total_orders"]) == {2}


@WAYS
def test_a_shop_without_orders_has_no_votes(in_process):
    with staged([]) as session:
        assert product_votes(session, votes_window(affinity_window()), in_process).empty
