"""Shops in which nothing is related: what basket sizes alone do, and how often it is believed."""

import numpy as np
import pytest
from affinity_shops import (
    affinity_of,
    drawn_items,
    shop_of_items,
    skewed_popularity,
    window_of,
    with_planted_pairs,
)
from scipy import stats


def heavy_tail(baskets: int, rng: np.random.Generator) -> np.ndarray:
    sizes = np.minimum(rng.geometric(0.3, baskets), 20)
    sizes[: baskets // 50] = rng.integers(25, 45, baskets // 50)
    return sizes


def half_one_item(baskets: int, rng: np.random.Generator) -> np.ndarray:
    return np.where(np.arange(baskets) % 2 == 0, 1, rng.integers(2, 8, baskets))


def all_alike(baskets: int, rng: np.random.Generator) -> np.ndarray:
    return np.full(baskets, 4)


@pytest.mark.parametrize("sizes_of", [heavy_tail, half_one_item, all_alike])
def test_adjusted_lift_of_unrelated_products_is_one_within_its_interval(sizes_of):
    rng = np.random.default_rng(21)
    popularity = skewed_popularity(60, 0.5)
    table = affinity_of(shop_of_items(*drawn_items(sizes_of(8000, rng), popularity, rng)))
    assert len(table) == 60 * 59 / 2  # no pair is missing: none is left out for being rare
    spread = 1.96 / np.sqrt(table["expected_together"])
    assert (np.abs(table["adjusted_lift"] - 1) <= spread).mean() > 0.93
    assert table["adjusted_lift"].median() == pytest.approx(1, abs=0.02)
    assert set(table["affinity_strength"]) == {"very_weak"}


def test_plain_lift_of_the_same_products_is_whatever_the_sizes_make_of_it():
    medians = []
    for sizes_of in (heavy_tail, half_one_item, all_alike):
        rng = np.random.default_rng(21)
        lines = drawn_items(sizes_of(8000, rng), skewed_popularity(60, 0.5), rng)
        medians.append(affinity_of(shop_of_items(*lines))["lift"].median())
    assert medians[0] > 2.2
    assert medians[2] < 0.85


def random_shop(seed: int) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Return the lines of a shop of 10 to 80 products with skewed popularity, and its dice."""
    rng = np.random.default_rng(seed)
    products = int(rng.integers(10, 80))
    sizes = rng.geometric(rng.uniform(0.2, 0.6), int(rng.integers(400, 1500)))
    sizes[: len(sizes) // 40] *= 6
    popularity = skewed_popularity(products, rng.uniform(0, 1.2))
    return *drawn_items(np.minimum(sizes, products // 2), popularity, rng), rng


@pytest.mark.slow
def test_few_unrelated_shops_have_any_pair_that_is_called_related():
    shops = 200
    with_false_pair = 0
    for seed in range(shops):
        basket, product, _ = random_shop(seed)
        table = affinity_of(shop_of_items(basket, product), window_of(5))
        with_false_pair += bool((table["affinity_strength"] != "very_weak").any())
    # Where nothing is related, q <= 0.05 promises a false pair in at most 5 % of the shops.
    assert with_false_pair <= stats.binom.ppf(0.99, shops, 0.05)


def test_the_same_shops_with_a_related_pair_are_told_from_the_others():
    found = 0
    for seed in range(20):
        basket, product, rng = random_shop(seed)
        orders = np.bincount(product)
        pair = np.sort(np.argsort(orders)[-10:-8])  # the ninth and tenth best sellers
        lines = with_planted_pairs(basket, product, pair[None, :], 0.5, rng)
        table = affinity_of(shop_of_items(*lines), window_of(5))
        related = table[table["affinity_strength"] != "very_weak"]
        pairs = set(zip(related["product_a_id"], related["product_b_id"], strict=True))
        found += (f"p{pair[0]:05}", f"p{pair[1]:05}") in pairs
    assert found >= 14
