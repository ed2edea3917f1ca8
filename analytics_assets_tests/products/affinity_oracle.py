"""The same figures the slow way: sets, itertools, fractions. Shares no code with the package."""

import datetime
import itertools
import math
from collections import Counter
from fractions import Fraction
from statistics import NormalDist

from affinity_shops import LAST_DAY, Shop


def baskets_of(
    shop: Shop, lookback_days: int = 91, excluded: tuple[str, ...] = ()
) -> list[tuple[datetime.date, frozenset[str]]]:
    """Return (day, products) of every order that is a basket of the window."""
    back = {(order, product) for order, product, day in shop.returned if day <= LAST_DAY}
    held: dict[str, set[str]] = {}
    quantities = shop.items.get("quantity", [1] * len(shop.items))
    for order, product, quantity in zip(
        shop.items["order_id"], shop.items["product_id"], quantities, strict=True
    ):
        if (
            quantity > 0
            and (order, product) not in back
            and isinstance(product, str)
            and product not in excluded
        ):
            held.setdefault(order, set()).add(product)
    return [
        (row.order_day, frozenset(held[row.order_id]))
        for row in shop.orders.itertuples()
        if row.is_demand is True
        and row.order_id in held
        and 0 <= (LAST_DAY - row.order_day).days < lookback_days
    ]


def pairs_of(baskets: list[frozenset[str]]) -> Counter[tuple[str, str]]:
    return Counter(pair for basket in baskets for pair in itertools.combinations(sorted(basket), 2))


def textbook(n_ab: int, n_a: int, n_b: int, n: int) -> dict[str, Fraction | None]:
    """Return the textbook columns from probabilities, exactly; None where undefined."""
    a, b, ab = Fraction(n_a, n), Fraction(n_b, n), Fraction(n_ab, n)
    a_to_b, b_to_a = ab / a, ab / b
    extreme = max(ab * (1 - a), a * (b - ab))
    return {
        "support": ab,
        "confidence_a_to_b": a_to_b,
        "confidence_b_to_a": b_to_a,
        "lift": ab / (a * b),
        "leverage": ab - a * b,
        "conviction_a_to_b": (1 - b) / (1 - a_to_b) if a_to_b != 1 else None,
        "conviction_b_to_a": (1 - a) / (1 - b_to_a) if b_to_a != 1 else None,
        "zhang": (ab - a * b) / extreme if extreme else None,
        "jaccard": ab / (a + b - ab),
    }


def wilson(successes: int, trials: int) -> float:
    """Return the lower end of Wilson's 95 % interval, as it stands in Wilson (1927)."""
    z = NormalDist().inv_cdf(0.975)
    share = successes / trials
    root = math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return (share + z * z / (2 * trials) - z * root) / (1 + z * z / trials)


def lift_lower_bound(n_ab: int, n_a: int, n_b: int, n: int) -> float:
    return min(wilson(n_ab, n_a) / (n_b / n), wilson(n_ab, n_b) / (n_a / n))
