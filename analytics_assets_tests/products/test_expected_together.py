"""Strata by hand and by their properties; expected_together by other solvers, and by shuffles."""

import dataclasses
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from affinity_shops import drawn_items, skewed_popularity
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from analytics_assets.defs.products.expected_together import (
    PAIRS_AT_ONCE,
    STRATA_AT_ONCE,
    STRATUM_BASKETS,
    draw_strata,
    expected_together,
    fit_weights,
)


def drawn(cells: dict[tuple[int, int], int]) -> list[tuple[int, int, int, int]]:
    """Return the strata of baskets by (week, size)."""
    sizes = pd.DataFrame(
        {
            "order_week": [week for week, _ in sorted(cells)],
            "basket_size": [size for _, size in sorted(cells)],
            "baskets": [cells[cell] for cell in sorted(cells)],
        },
        dtype="int64",
    )
    return [dataclasses.astuple(stratum) for stratum in draw_strata(sizes)]


def test_adjacent_sizes_merge_until_50_and_the_last_small_one_joins_its_neighbour():
    cells = {(9, 1): 900, (9, 2): 50, (9, 3): 49, (9, 4): 1, (9, 7): 30, (9, 1000): 1}
    assert drawn(cells) == [(9, 9, 2, 2), (9, 9, 3, 1000)]


def test_a_small_week_joins_the_next_and_the_last_one_the_one_before():
    cells = {(-1, 2): 25, (0, 2): 25, (0, 3): 15, (1, 2): 50, (4, 3): 49}
    assert drawn(cells) == [(-1, 0, 2, 3), (1, 4, 2, 3)]


def test_a_week_of_one_item_baskets_alone_counts_as_no_week():
    assert drawn({(1, 1): 5000, (2, 2): 3}) == [(2, 2, 2, 2)]


def test_no_baskets_and_only_one_item_baskets_have_no_strata():
    assert drawn({}) == []
    assert drawn({(1, 1): 10}) == []


@pytest.mark.slow
@given(
    st.dictionaries(
        st.tuples(st.sampled_from([-3, 0, 1, 7]), st.integers(1, 12)),
        st.integers(1, 80),
        max_size=30,
    )
)
def test_every_basket_with_a_pair_is_in_one_stratum_as_small_as_the_minimum_allows(cells):
    strata = drawn(cells)
    pairing = {cell: n for cell, n in cells.items() if cell[1] > 1}
    members: list[dict[tuple[int, int], int]] = [{} for _ in strata]
    for (week, size), n in pairing.items():
        [home] = [
            number
            for number, (week_from, week_to, size_from, size_to) in enumerate(strata)
            if week_from <= week <= week_to and size_from <= size <= size_to
        ]
        members[home][week, size] = n
    if sum(pairing.values()) < STRATUM_BASKETS:
        assert len(strata) == bool(pairing)
        return
    assert all(sum(held.values()) >= STRATUM_BASKETS for held in members)
    periods = sorted({stratum[:2] for stratum in strata})
    for number, stratum in enumerate(strata):
        if any(other[:2] == stratum[:2] for other in strata[number + 1 :]):
            without_last = [n for (_, size), n in members[number].items() if size < stratum[3]]
            assert sum(without_last) < STRATUM_BASKETS
    for first, last in periods[:-1]:
        before_last = [n for (week, _), n in pairing.items() if first <= week < last]
        assert sum(before_last) < STRATUM_BASKETS


def partners_of(basket: np.ndarray, product: np.ndarray, products: int) -> np.ndarray:
    sizes = np.bincount(basket)
    return np.bincount(product, sizes[basket] - 1, minlength=products)


def expected_table(partners: np.ndarray) -> np.ndarray:
    """Return the expected co-occurrences of one stratum, every pair, diagonal empty."""
    products = len(partners)
    a, b = np.nonzero(~np.eye(products, dtype=bool))
    frame = pd.DataFrame(
        {"product_code": range(products), "stratum": 0, "partners": partners.astype("int64")}
    )
    table = np.zeros((products, products))
    table[a, b] = expected_together(frame, a, b, products)
    return table


@pytest.mark.slow
@given(st.integers(0, 10_000), st.integers(3, 40), st.floats(0, 1.5))
@settings(max_examples=15)
def test_a_general_root_finder_finds_the_same_weights(seed, products, exponent):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, min(products, 9) + 1, 250)
    lines = drawn_items(sizes, skewed_popularity(products, exponent), rng)
    partners = partners_of(*lines, products)

    def surplus(log_weights: np.ndarray) -> np.ndarray:
        weights = np.exp(log_weights)
        return np.log(weights * (weights.sum() - weights)) - np.log(partners)

    solution = optimize.root(surplus, np.log(partners / np.sqrt(partners.sum())), tol=1e-13)
    assert np.abs(solution.fun).max() < 1e-9
    np.testing.assert_allclose(fit_weights(partners), np.exp(solution.x), rtol=1e-7)


def test_every_product_keeps_its_partners():
    rng = np.random.default_rng(3)
    lines = drawn_items(rng.integers(2, 30, 400), skewed_popularity(60), rng)
    partners = partners_of(*lines, 60)
    np.testing.assert_allclose(expected_table(partners).sum(axis=1), partners, rtol=1e-8)


def shuffled(
    basket: np.ndarray, product: np.ndarray, rounds: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the products after random swaps that keep basket sizes and popularities.

    Each round pairs the lines at random and swaps the products of a pair of lines unless a basket
    would hold a product twice (swap randomisation: Gionis et al. 2007).
    """
    product = product.copy()
    products = product.max() + 1
    for _ in range(rounds):
        first, second = np.array_split(rng.permutation(len(product)), 2)
        first = first[: len(second)]
        wanted = np.concatenate(
            [
                basket[first] * products + product[second],
                basket[second] * products + product[first],
            ]
        )
        _, place, times = np.unique(wanted, return_inverse=True, return_counts=True)
        refused = np.isin(wanted, basket * products + product) | (times[place] > 1)
        swapped = ~refused.reshape(2, -1).any(axis=0)
        i, j = first[swapped], second[swapped]
        product[i], product[j] = product[j], product[i]
    return product


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sizes", "products", "exponent"),
    [
        pytest.param((3, 3), 25, 0.7, id="three_items_each"),
        pytest.param((3, 3), 25, 1.2, id="three_items_each_with_best_sellers"),
        pytest.param((2, 5), 25, 0.8, id="two_to_five_items"),
        pytest.param((10, 20), 60, 0.8, id="ten_to_twenty_items"),
    ],
)
def test_expected_is_the_mean_of_shuffles_that_keep_sizes_and_popularities(
    sizes, products, exponent
):
    rng = np.random.default_rng(1)
    drawn = rng.integers(sizes[0], sizes[1] + 1, 300)
    basket, product = drawn_items(drawn, skewed_popularity(products, exponent), rng)
    product = shuffled(basket, product, 20, rng)
    shuffles = 300
    together, expected = np.zeros((2, products, products))
    held = np.zeros((len(drawn), products))
    for _ in range(shuffles):
        product = shuffled(basket, product, 4, rng)
        held[:] = 0
        held[basket, product] = 1
        together += held.T @ held / shuffles
        expected += expected_table(partners_of(basket, product, products)) / shuffles

    pairs = np.triu_indices(products, 1)
    error = expected[pairs] - together[pairs]
    noise = np.sqrt(together[pairs] / shuffles)
    assert expected.sum() == pytest.approx(together.sum() - np.trace(together), rel=1e-9)
    # Within the shuffles' own noise plus 3 % for what the model leaves out.
    assert np.all(np.abs(error) <= 4.5 * noise + 0.03 * together[pairs])
    assert np.sqrt(np.mean((error / noise) ** 2)) < 2


def test_two_products_are_expected_as_often_as_they_were_together():
    np.testing.assert_allclose(expected_table(np.array([250, 250]))[0, 1], 250, rtol=1e-12)


def test_a_product_without_partners_is_expected_with_nobody():
    table = expected_table(np.array([30, 0, 20, 20]))
    assert not table[1].any()
    np.testing.assert_allclose(table.sum(axis=1), [30, 0, 20, 20], rtol=1e-8)


@pytest.mark.parametrize("partners", [[], [0], [0, 0, 0]])
def test_a_stratum_without_a_pair_weighs_nothing(partners):
    assert not fit_weights(np.array(partners, dtype=float)).any()


def test_a_product_in_every_basket_of_a_stratum_of_pairs_takes_all_of_them():
    table = expected_table(np.array([200, 100, 60, 40]))
    np.testing.assert_allclose(table[0, 1:], [100, 60, 40], rtol=2e-3)
    assert table[1:, 1:].max() < 0.1


def test_blocks_of_strata_and_pairs_add_up_to_the_plain_sum():
    rng = np.random.default_rng(8)
    products, strata = 150, 2 * STRATA_AT_ONCE + 3
    table = rng.integers(0, 40, (strata, products))
    stratum, code = np.indices(table.shape)
    frame = pd.DataFrame(
        {"product_code": code.ravel(), "stratum": stratum.ravel(), "partners": table.ravel()}
    )
    a, b = np.triu_indices(products, 1)
    a, b = np.tile(a, 2), np.tile(b, 2)
    assert len(a) > PAIRS_AT_ONCE
    weights = np.array([fit_weights(row.astype(float)) for row in table])
    expected = expected_together(frame, a, b, products)
    np.testing.assert_allclose(expected, (weights.T @ weights)[a, b], rtol=1e-12)
    in_other_order = frame.sample(frac=1, random_state=2)
    assert np.array_equal(expected, expected_together(in_other_order, a, b, products))


@pytest.mark.slow
def test_memory_stays_bounded_with_many_products_and_strata():
    """50,000 products x 500 strata would be 200 MB as one matrix."""
    rng = np.random.default_rng(0)
    products, strata, rows, pairs = 50_000, 500, 100_000, 50_000
    frame = pd.DataFrame(
        {
            "product_code": rng.integers(0, products, rows),
            "stratum": rng.integers(0, strata, rows),
            "partners": rng.integers(1, 9, rows),
        }
    ).drop_duplicates(["product_code", "stratum"])
    a, b = rng.integers(0, products, (2, pairs))
    tracemalloc.start()
    expected = expected_together(frame, a, b, products)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.isfinite(expected).all()
    assert peak < 100e6
