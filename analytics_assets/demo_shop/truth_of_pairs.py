"""The truth about pairs: the four integers of each in the lookback window, and the planted lift."""

from typing import Any

from analytics_assets.demo_shop.ledger import Ledger
from analytics_assets.demo_shop.pairs import HABITS, unrelated_pairs
from analytics_assets.demo_shop.products import PRODUCT_IDS


def planted_truth(ledger: Ledger) -> list[dict[str, Any]]:
    """Return one entry a habit, with how often it acted over the whole calendar.

    ``true_lift`` is how many times more baskets hold both products than would without the habit,
    (by chance + by habit) / by chance; NULL in a shop too small for a basket by chance.
    """
    planted = []
    counts = zip(HABITS, ledger.by_chance.tolist(), ledger.by_habit.tolist(), strict=True)
    for habit, by_chance, by_habit in counts:
        planted.append(
            {
                **_in_lookback(ledger, habit.anchor, habit.attached),
                "anchor_product_id": PRODUCT_IDS[habit.anchor],
                "attached_product_id": PRODUCT_IDS[habit.attached],
                "attach_rate": habit.attach_rate,
                "baskets_by_chance": by_chance,
                "baskets_by_habit": by_habit,
                "true_lift": round((by_chance + by_habit) / by_chance, 4) if by_chance else None,
            }
        )
    return planted


def unrelated_truth(ledger: Ledger) -> list[dict[str, Any]]:
    """Return one entry a pair that is known to have no relation; its true lift is 1."""
    return [{**_in_lookback(ledger, a, b), "true_lift": 1.0} for a, b in unrelated_pairs()]


def _in_lookback(ledger: Ledger, first: int, second: int) -> dict[str, Any]:
    """Return the pair's ids, smaller first, and its counts of baskets in the lookback window."""
    a, b = sorted((first, second))
    return {
        "product_a_id": PRODUCT_IDS[a],
        "product_b_id": PRODUCT_IDS[b],
        "total_orders": ledger.baskets,
        "product_a_orders": int(ledger.pair_baskets[a, a]),
        "product_b_orders": int(ledger.pair_baskets[b, b]),
        "times_bought_together": int(ledger.pair_baskets[a, b]),
    }
