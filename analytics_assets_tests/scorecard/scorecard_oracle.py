"""The scorecard the slow way: sets, sorted lists and fractions; one basket, one item at a time."""

import datetime
import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations

import pandas as pd
from scorecard_shops import AS_OF_DATE, LAST_LEARNT, LOOKBACK_DAYS, Order

Lists = Mapping[str, Sequence[str]]


def baskets_between(
    orders: Sequence[Order], first: datetime.date, last: datetime.date, excluded: tuple[str, ...]
) -> list[frozenset[str]]:
    baskets = [
        frozenset(p for p in order.products if p and p.strip() and p not in excluded)
        for order in orders
        if order.is_demand and first <= order.day <= last
    ]
    return [basket for basket in baskets if basket]


def learnt_baskets(orders: Sequence[Order], excluded: tuple[str, ...]) -> list[frozenset[str]]:
    first = LAST_LEARNT - datetime.timedelta(days=LOOKBACK_DAYS - 1)
    return baskets_between(orders, first, LAST_LEARNT, excluded)


def scored_baskets(orders: Sequence[Order], excluded: tuple[str, ...]) -> list[frozenset[str]]:
    first = LAST_LEARNT + datetime.timedelta(days=1)
    baskets = baskets_between(orders, first, AS_OF_DATE, excluded)
    return [basket for basket in baskets if 2 <= len(basket) <= 10]


def top_ten(scores: Mapping[tuple[str, str], tuple[float | Fraction, int]]) -> Lists:
    """Return the lists from (score, baskets with both) of each (source, recommended)."""
    best_first = sorted(scores, key=lambda pair: (-scores[pair][0], -scores[pair][1], pair[1]))
    lists: dict[str, list[str]] = {}
    for source, recommended in best_first:
        lists.setdefault(source, []).append(recommended)
    return {source: recommended[:10] for source, recommended in lists.items()}


def confidence_lists(baskets: Sequence[frozenset[str]], min_pair_orders: int) -> Lists:
    orders = Counter(item for basket in baskets for item in basket)
    together = Counter(pair for basket in baskets for pair in permutations(basket, 2))
    return top_ten(
        {
            pair: (Fraction(number, orders[pair[0]]), number)
            for pair, number in together.items()
            if number >= min_pair_orders
        }
    )


def affinity_lists(pairs: pd.DataFrame, only_related: bool) -> Lists:
    """Return the lists of the rule of product_recommendations, from product_affinity."""
    scores = {}
    for row in pairs.to_dict("records"):
        bound = row["adjusted_lift_lower_bound"]
        related = row["q_value"] <= 0.05 and bound > 1
        if only_related and not related:
            continue
        both = row["times_bought_together"]
        for source, recommended in (("a", "b"), ("b", "a")):
            n, z = row[f"product_{source}_orders"], 1.959963984540054
            share = both / n
            root = math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
            wilson = (share + z * z / (2 * n) - z * root) / (1 + z * z / n)
            score = wilson * (1 + math.log(bound)) if related else wilson
            pair = (row[f"product_{source}_id"], row[f"product_{recommended}_id"])
            scores[pair] = (round(score, 9), both)
    return top_ten(scores)


def best_seller_lists(learnt: Sequence[frozenset[str]], scored: Sequence[frozenset[str]]) -> Lists:
    orders = Counter(item for basket in learnt for item in basket)
    best = sorted(orders, key=lambda item: (-orders[item], item))
    sources = {item for basket in scored for item in basket}
    return {source: [item for item in best if item != source][:10] for source in sources}


def hit_shares(baskets: Sequence[frozenset[str]], lists: Lists, cut_off: int) -> list[Fraction]:
    """Return for each basket the share of its items with a hit."""
    return [
        Fraction(
            sum(bool(basket & set(lists.get(item, ())[:cut_off]) - {item}) for item in basket),
            len(basket),
        )
        for basket in baskets
    ]


def coverage(baskets: Sequence[frozenset[str]], lists: Lists) -> Fraction:
    shares = [Fraction(sum(bool(lists.get(i)) for i in basket), len(basket)) for basket in baskets]
    return sum(shares, Fraction(0)) / len(baskets)


def resampled_ratios(
    shares: Sequence[Fraction], best_seller_shares: Sequence[Fraction], replicates: int, seed: int
) -> list[float]:
    """Return the sorted ratios of as many shops of baskets drawn one by one with replacement."""
    drawn = random.Random(seed)
    both = [(float(a), float(b)) for a, b in zip(shares, best_seller_shares, strict=True)]
    ratios = []
    for _ in range(replicates):
        some = drawn.choices(both, k=len(both))
        ratios.append(sum(a for a, _ in some) / sum(b for _, b in some))
    return sorted(ratios)
