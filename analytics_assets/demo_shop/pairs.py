"""The habits planted in the baskets, and pairs known to have nothing to do with each other.

Every product is in at most one habit, so no chain a-b, b-c makes a relation a-c.
"""

from itertools import pairwise
from typing import NamedTuple

from analytics_assets.demo_shop.products import PRODUCT_IDS, index_of


class Habit(NamedTuple):
    """Of the baskets with the anchor and without the other, this share gets the other as well."""

    anchor: int
    attached: int
    attach_rate: float


def _habit(anchor_id: str, attached_id: str, attach_rate: float) -> Habit:
    return Habit(index_of(anchor_id), index_of(attached_id), attach_rate)


HABITS = (
    _habit("PROD_023", "PROD_001", 0.65),  # bottle brushes, bottle
    _habit("PROD_002", "PROD_048", 0.30),  # boots, socks
    _habit("PROD_006", "PROD_003", 0.55),  # rain cover, day pack
    _habit("PROD_004", "PROD_005", 0.25),  # trekking poles, tip protectors
    _habit("PROD_009", "PROD_010", 0.20),  # tent, footprint
    _habit("PROD_011", "PROD_012", 0.20),  # sleeping bag, pillow
    _habit("PROD_017", "PROD_018", 0.40),  # stove, gas
    _habit("PROD_021", "PROD_020", 0.35),  # coffee press, mug
    _habit("PROD_025", "PROD_026", 0.20),  # harness, belay device
    _habit("PROD_028", "PROD_029", 0.25),  # chalk bag, chalk
    _habit("PROD_032", "PROD_033", 0.25),  # helmet, lights
    _habit("PROD_034", "PROD_035", 0.25),  # pump, patches
    _habit("PROD_041", "PROD_042", 0.30),  # snowshoes, gaiters
    _habit("PROD_043", "PROD_057", 0.25),  # ski gloves, hand warmers
    _habit("PROD_047", "PROD_058", 0.20),  # rain jacket, waterproofing spray
    _habit("PROD_056", "PROD_055", 0.60),  # batteries, headlamp
)


def unrelated_pairs() -> list[tuple[int, int]]:
    """Return pairs without any relation, as indices into PRODUCTS, smaller first.

    Half of them cross two habits, the anchor of one and the product of the next: the hardest to
    tell from a relation. The others are of products in no habit, best sellers among them.
    """
    following = (*HABITS[1:], HABITS[0])
    crossed = [(one.anchor, other.attached) for one, other in zip(HABITS, following, strict=True)]
    in_habits = {index for habit in HABITS for index in habit[:2]}
    single = [index for index in range(len(PRODUCT_IDS)) if index not in in_habits]
    plain = list(pairwise(single))
    return sorted((min(pair), max(pair)) for pair in crossed + plain)
