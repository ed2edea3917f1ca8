"""Votes, recommendations and their scorecard the slow way: sets, sorted lists and fractions."""

import datetime
import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

import pandas as pd
from recommendation_shops import (
    AS_OF_DATE,
    LAST_LEARNT,
    MIN_ORDERS,
    RECOMMENDATION_DAYS,
    Order,
)

Pair = tuple[str, str]
Lists = Mapping[str, Sequence[str]]


def baskets_between(
    orders: Sequence[Order], first: datetime.date, last: datetime.date, excluded: tuple[str, ...]
) -> list[tuple[datetime.date, frozenset[str]]]:
    dated = [
        (order.day, frozenset(p for p in order.products if p and p not in excluded))
        for order in orders
        if order.is_demand and first <= order.day <= last
    ]
    return [(day, basket) for day, basket in dated if basket]


def scored_baskets(orders: Sequence[Order], excluded: tuple[str, ...]) -> list[frozenset[str]]:
    first = LAST_LEARNT + datetime.timedelta(days=1)
    dated = baskets_between(orders, first, AS_OF_DATE, excluded)
    return [basket for _, basket in dated if 2 <= len(basket) <= 10]


@dataclass
class Votes:
    """n and W of products, and of directed pairs in MIN_ORDERS baskets or more."""

    total: int
    n: Counter[str]
    votes: Mapping[str, Fraction]
    n_pair: Mapping[Pair, int]
    pair_votes: Mapping[Pair, Fraction]


def votes(orders: Sequence[Order], as_of_date: datetime.date, excluded: tuple[str, ...]) -> Votes:
    first = as_of_date - datetime.timedelta(days=RECOMMENDATION_DAYS - 1)
    n, weight = Counter[str](), defaultdict[str, Fraction](Fraction)
    n_pair, pair_weight = Counter[Pair](), defaultdict[Pair, Fraction](Fraction)
    dated = baskets_between(orders, first, as_of_date, excluded)
    for day, basket in dated:
        vote = math.pow(0.5, (as_of_date - day).days / 60) / len(basket)
        vote = Fraction(round(vote * 2**38), 2**38)
        for item in basket:
            n[item] += 1
            weight[item] += vote
        for pair in permutations(basket, 2):
            n_pair[pair] += 1
            pair_weight[pair] += vote
    kept = {pair: number for pair, number in n_pair.items() if number >= MIN_ORDERS}
    return Votes(len(dated), n, weight, kept, {pair: pair_weight[pair] for pair in kept})


def related_bounds(affinity: pd.DataFrame) -> dict[Pair, float]:
    """Return the bound of both directions of what product_affinity calls related."""
    related = affinity[affinity["affinity_strength"] != "very_weak"]
    bounds = {}
    for row in related.to_dict("records"):
        pair = (row["product_a_id"], row["product_b_id"])
        bounds[pair] = bounds[pair[::-1]] = row["adjusted_lift_lower_bound"]
    return bounds


def score(share: float, n: int, bound: float | None) -> float:
    z = 1.959963984540054
    root = math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    wilson = (share + z * z / (2 * n) - z * root) / (1 + z * z / n)
    return round(wilson * (1 if bound is None else 1 + math.log(bound)), 9)


def recommendation_scores(
    counted: Votes, bounds: Mapping[Pair, float]
) -> dict[Pair, tuple[float, int]]:
    return {
        pair: (
            score(
                float(counted.pair_votes[pair] / counted.votes[pair[0]]),
                counted.n[pair[0]],
                bounds.get(pair),
            ),
            number,
        )
        for pair, number in counted.n_pair.items()
    }


def top_ten(scores: Mapping[Pair, tuple[float | Fraction, int]]) -> dict[str, list[str]]:
    """Return the lists from (score, baskets with both) of each (source, recommended)."""
    best_first = sorted(scores, key=lambda pair: (-scores[pair][0], -scores[pair][1], pair[1]))
    lists: dict[str, list[str]] = {}
    for source, recommended in best_first:
        lists.setdefault(source, []).append(recommended)
    return {source: recommended[:10] for source, recommended in lists.items()}


def filled(lists: Lists, counted: Votes) -> dict[str, list[str]]:
    """Return the lists with best sellers at their end, for every product of a basket."""
    best = sorted(counted.n, key=lambda item: (-counted.n[item], item))
    pages = {}
    for source in counted.n:
        own = list(lists.get(source, ()))
        pages[source] = (own + [item for item in best if item not in (source, *own)])[:10]
    return pages


def every_rule(
    orders: Sequence[Order], affinity: pd.DataFrame, excluded: tuple[str, ...]
) -> dict[str, Lists]:
    counted = votes(orders, LAST_LEARNT, excluded)
    bounds = related_bounds(affinity)
    scores = recommendation_scores(counted, bounds)
    confidences = {
        pair: (Fraction(number, counted.n[pair[0]]), number)
        for pair, number in counted.n_pair.items()
    }
    return {
        "recommendations": filled(top_ten(scores), counted),
        "affinity_only": top_ten({pair: scores[pair] for pair in scores if pair in bounds}),
        "confidence": filled(top_ten(confidences), counted),
        "best_sellers": filled({}, counted),
    }


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
    shares: Sequence[Fraction], other_shares: Sequence[Fraction], replicates: int, seed: int
) -> list[float]:
    """Return the sorted ratios of as many shops of baskets drawn one by one with replacement."""
    drawn = random.Random(seed)
    both = [(float(a), float(b)) for a, b in zip(shares, other_shares, strict=True)]
    ratios = []
    for _ in range(replicates):
        some = drawn.choices(both, k=len(both))
        ratios.append(sum(a for a, _ in some) / sum(b for _, b in some))
    return sorted(ratios)
