"""Both ways to count, by the warehouse and in memory, against sets and itertools."""

import dataclasses
import datetime
import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from affinity_oracle import baskets_of, pairs_of
from affinity_shops import (
    LAST_DAY,
    Shop,
    counts_of,
    drawn_items,
    names_of,
    shop_of,
    shop_of_items,
    skewed_popularity,
    staged,
    window_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_assets.defs.products import baskets, counting
from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.baskets import basket_counts, window_items
from analytics_assets.defs.products.counting import BasketCounts
from analytics_assets.lib.warehouse import duckdb as duckdb_sessions

DAYS = [LAST_DAY - datetime.timedelta(days=age) for age in (0, 1, 30, 31, 60, 90, 91, 400, -1)]
BOTH_WAYS = pytest.mark.parametrize("in_process", [False, True])
PRODUCTS = ["a", "B", "b", "É", "a'b", "10", "9", "fee", None]


def by_product(counts: BasketCounts, numbers: pd.Series) -> dict[str, int]:
    """Return ``numbers``, indexed by product code, by product id."""
    return numbers.rename(index=counts.products.set_index("product_code")["product_id"]).to_dict()


@st.composite
def shops(draw) -> Shop:
    baskets = draw(st.lists(st.lists(st.sampled_from(PRODUCTS), max_size=7), max_size=20))
    shop = shop_of(baskets, [draw(st.sampled_from(DAYS)) for _ in baskets])
    demand = [draw(st.sampled_from([True, True, True, False, None])) for _ in baskets]
    quantities = [draw(st.sampled_from([1, 1, 1, 12, 0, -1])) for _ in range(len(shop.items))]
    return Shop(
        orders=shop.orders.assign(is_demand=pd.array(demand, dtype=object)),
        items=shop.items.assign(quantity=quantities),
    )


@BOTH_WAYS
@given(
    shop=shops(),
    min_pair_orders=st.integers(1, 3),
    excluded=st.sampled_from([(), ("fee",), ("fee", "a'b")]),
)
@settings(max_examples=12)
def test_every_count_is_what_sets_and_combinations_say(in_process, shop, min_pair_orders, excluded):
    window = window_of(min_pair_orders, excluded_product_ids=excluded)
    baskets = [products for _, products in baskets_of(shop, excluded=excluded)]
    partners: Counter[str] = Counter()
    for basket in baskets:
        partners.update(dict.fromkeys(basket, len(basket) - 1))

    counts = counts_of(shop, window, in_process)

    ids = counts.products["product_id"]
    assert counts.total_orders == len(baskets)
    assert by_product(
        counts, counts.products.set_index("product_code")["product_orders"]
    ) == Counter(itertools.chain.from_iterable(baskets))
    assert by_product(counts, counts.partners.groupby("product_code")["partners"].sum()) == {
        product: number for product, number in partners.items() if number
    }
    assert {
        (ids[a], ids[b]): together for a, b, together in counts.pairs.itertuples(index=False)
    } == {
        pair: together
        for pair, together in pairs_of(baskets).items()
        if together >= min_pair_orders
    }


@BOTH_WAYS
def test_partners_are_counted_apart_by_week_and_size(in_process):
    weeks = [datetime.date(2024, 2, 25), datetime.date(2024, 2, 26)]  # a Sunday and a Monday
    small, large = ["a", "b"], ["a", "b", "c", "d"]
    baskets, days = [], []
    for day in weeks:
        for basket, times in ((small, 60), (large, 70), (["a"], 300)):
            baskets += [basket] * times
            days += [day] * times
    counts = counts_of(shop_of(baskets, days), in_process=in_process)

    got = {tuple(row) for row in counts.partners.itertuples(index=False)}

    both = {(code, stratum, 60) for code in (0, 1) for stratum in (0, 2)}
    assert got == both | {(code, stratum, 210) for code in range(4) for stratum in (1, 3)}


@BOTH_WAYS
@pytest.mark.parametrize("monday", [datetime.date(1969, 12, 29), datetime.date(2023, 12, 25)])
def test_a_week_runs_from_monday_to_sunday_over_the_years_end(in_process, monday):
    days = [monday + datetime.timedelta(days=after) for after in (-1, 0, 6, 7)]
    baskets, ordered = [["a", "b"]] * 240, [day for day in days for _ in range(60)]
    window = dataclasses.replace(window_of(), as_of_date=days[-1])
    counts = counts_of(shop_of(baskets, ordered), window, in_process)
    assert list(counts.partners.query("product_code == 0")["partners"]) == [60, 120, 60]


@BOTH_WAYS
def test_what_came_back_is_in_no_basket(in_process):
    shop = shop_of([["a", "b"], ["a", "b"], ["a"]])
    shop = dataclasses.replace(shop, items=shop.items.assign(quantity=[1, 0.5, 1, -1, 0]))
    counts = counts_of(shop, in_process=in_process)
    assert counts.total_orders == 2
    assert list(counts.products["product_orders"]) == [2, 1]
    assert pair_set(counts) == {(0, 1, 1)}


@BOTH_WAYS
def test_what_wholly_came_back_by_the_last_day_is_in_no_basket(in_process):
    shop = shop_of([["a", "b"], ["a", "b"], ["a"], ["a", "b"]])
    later = LAST_DAY + datetime.timedelta(days=1)
    back = [("order_0", "b", LAST_DAY), ("order_1", "b", later), ("order_2", "a", LAST_DAY)]
    counts = counts_of(dataclasses.replace(shop, returned=back), in_process=in_process)
    assert counts.total_orders == 3
    assert list(counts.products["product_orders"]) == [3, 2]
    assert pair_set(counts) == {(0, 1, 2)}


@BOTH_WAYS
def test_codes_follow_the_ids_byte_by_byte(in_process):
    counts = counts_of(shop_of([["é", "a", "Z", "10", "9", "a ", "AA"]]), in_process=in_process)
    assert list(counts.products["product_code"]) == list(range(7))
    ids = list(counts.products["product_id"])
    assert ids == sorted(ids, key=lambda text: text.encode())


@BOTH_WAYS
def test_an_order_without_a_product_is_no_basket_and_one_item_is(in_process):
    counts = counts_of(
        shop_of([["fee"], [None], [], ["a"], ["a", "a"]]),
        window_of(excluded_product_ids=("fee",)),
        in_process,
    )
    assert counts.total_orders == 2
    assert list(counts.products["product_orders"]) == [2]


@BOTH_WAYS
def test_no_orders_give_empty_counts(in_process):
    counts = counts_of(shop_of([]), in_process=in_process)
    assert counts.total_orders == 0
    assert list(counts.products.columns) == ["product_code", "product_id", "product_orders"]
    assert list(counts.partners.columns) == ["product_code", "stratum", "partners"]
    assert list(counts.pairs.columns) == [
        "product_a_code",
        "product_b_code",
        "times_bought_together",
    ]
    assert not len(counts.products) + len(counts.partners) + len(counts.pairs)


@BOTH_WAYS
def test_a_large_basket_holds_every_pair_once(in_process):
    counts = counts_of(shop_of([[f"p{number:04}" for number in range(700)]]), in_process=in_process)
    assert len(counts.pairs.drop_duplicates()) == 700 * 699 // 2
    assert set(counts.pairs["times_bought_together"]) == {1}
    assert set(counts.partners["partners"]) == {699}


@BOTH_WAYS
def test_progress_is_reported_and_nothing_is_left_behind(in_process):
    said: list[str] = []
    with staged(shop_of([["a", "b"]] * 1500)) as session:
        one_way = dataclasses.replace(session, in_process=in_process)
        basket_counts(one_way, window_of(5), said.append)
        left = session.read("select table_name from duckdb_tables() where temporary")
    assert said == [
        "1,500 baskets of 2 products",
        "1 pairs in at least 5 baskets",
    ]
    assert left.empty


class Recorder:
    """A session that remembers how many rows of which columns were read."""

    def __init__(self, session, in_process):
        self.execute, self.inner, self.in_process = session.execute, session, in_process
        self.rows: dict[str, int] = {}

    def read(self, sql):
        frame = self.inner.read(sql)
        self.rows[",".join(frame.columns)] = len(frame)
        return frame

    def batches(self, sql):
        for batch in self.inner.batches(sql):
            self.rows[",".join(batch.schema.names)] = len(batch)
            yield batch


def pair_set(counts):
    return set(counts.pairs.itertuples(index=False, name=None))


COUNTS = {
    "product_code,product_id,product_orders": 3,
    "order_week,basket_size,baskets": 1,
    "product_code,stratum,partners": 3,
    "pairs": 1,
    "product_a_code,product_b_code,times_bought_together": 3,
}


def test_no_query_of_a_warehouse_elsewhere_returns_a_row_for_a_line():
    with staged(shop_of([["a", "b", "c"]] * 400)) as session:
        elsewhere = Recorder(session, in_process=False)
        basket_counts(elsewhere, window_of())
    assert elsewhere.rows == COUNTS


def test_a_warehouse_in_this_process_is_counted_in_memory():
    with staged(shop_of([["a", "b", "c"]] * 400)) as session:
        here = Recorder(session, in_process=True)
        basket_counts(here, window_of())
    assert here.rows == {"basket,order_week,product_id": 1200}


@pytest.mark.parametrize("bound", ["MOST_PRODUCTS_IN_MEMORY", "MOST_LINES_IN_MEMORY"])
def test_what_might_not_fit_into_memory_is_counted_by_statements(bound, monkeypatch):
    monkeypatch.setattr(baskets, bound, 2)
    # The lines are left in the midst, and the session goes on.
    monkeypatch.setattr(duckdb_sessions, "_ROWS_A_BATCH", 2048)
    with staged(shop_of([["a", "b", "c"]] * 4000)) as session:
        here = Recorder(session, in_process=True)
        basket_counts(here, window_of())
        left = session.read("select table_name from duckdb_tables() where temporary")
    assert here.rows.items() >= COUNTS.items()
    assert left.empty


def test_lines_come_in_batches_that_number_their_products_alike(monkeypatch):
    monkeypatch.setattr(duckdb_sessions, "_ROWS_A_BATCH", 2048)
    rng = np.random.default_rng(3)
    shop = shop_of_items(*drawn_items(rng.integers(1, 9, 3000), np.ones(40), rng))

    with staged(shop) as session:
        window = window_of()
        numbers_of_rows = [
            len(batch) for batch in session.batches(window_items(window, "order_week"))
        ]
    by_statements, in_memory = (counts_of(shop, window, way) for way in (False, True))

    assert len(numbers_of_rows) > 3
    pd.testing.assert_frame_equal(by_statements.products, in_memory.products, check_dtype=False)
    assert pair_set(by_statements) == pair_set(in_memory)


@pytest.fixture(scope="module")
def busy_shop() -> Shop:
    rng = np.random.default_rng(7)
    sizes = np.minimum(rng.geometric(0.25, 4000), 60)
    basket, product = drawn_items(sizes, skewed_popularity(80), rng)
    days = pd.Timestamp(LAST_DAY) - pd.to_timedelta(rng.integers(0, 100, 4000), "D")
    return shop_of_items(basket, product, days)


def test_both_ways_give_the_same_table_to_the_last_bit(busy_shop):
    by_statements, in_memory = (
        product_affinity(counts, names_of(counts), LAST_DAY)
        for counts in (counts_of(busy_shop, window_of(3), way) for way in (False, True))
    )

    assert len(in_memory) > 1000
    pd.testing.assert_frame_equal(by_statements, in_memory, check_exact=True)


@pytest.mark.parametrize(
    ("at_once", "small"), [("BASKETS_AT_ONCE", 7), ("COUNTERS_AT_ONCE", 10), ("PAIRS_AT_ONCE", 50)]
)
def test_a_little_at_a_time_is_counted_like_all_at_once(at_once, small, busy_shop, monkeypatch):
    expected = counts_of(busy_shop, window_of(3))
    monkeypatch.setattr(counting, at_once, small)

    counts = counts_of(busy_shop, window_of(3))

    assert len(expected.pairs) > 1000
    pd.testing.assert_frame_equal(counts.pairs, expected.pairs)
    pd.testing.assert_frame_equal(counts.partners, expected.partners)


@pytest.mark.parametrize(("age", "is_in"), [(0, True), (89, True), (90, False), (-1, False)])
def test_the_window_is_the_lookback_days_up_to_as_of_date(age, is_in):
    day = LAST_DAY - datetime.timedelta(days=age)
    counts = counts_of(shop_of([["a", "b"]], [day]), window_of(lookback_days=90))
    assert counts.total_orders == is_in


@BOTH_WAYS
def test_more_pairs_than_the_worker_can_hold_are_refused_before_they_are_fetched(
    in_process, monkeypatch
):
    shop = shop_of([["a", "b", "c"]])
    monkeypatch.setattr(baskets, "MOST_PAIRS", 3)
    assert len(counts_of(shop, in_process=in_process).pairs) == 3
    monkeypatch.setattr(baskets, "MOST_PAIRS", 2)
    with staged(shop) as session:
        one_way = Recorder(session, in_process=in_process)
        with pytest.raises(baskets.TooManyPairsError, match="raise min_pair_orders"):
            basket_counts(one_way, window_of())

    assert "product_a_code,product_b_code,times_bought_together" not in one_way.rows
