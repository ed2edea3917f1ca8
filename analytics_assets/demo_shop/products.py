"""What the shop sells: its products, their prices over the months, and which go together."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analytics_assets.demo_shop.rhythm import Calendar
from analytics_assets.demo_shop.tables import money, table


class Product(NamedTuple):
    """One product, its id given by its place in the list; money in cents, as of the last month."""

    name: str
    category: str
    price: int
    unit_cost: int | None
    stock_quantity: int
    popularity_rank: int
    features: str


CATALOGUE = (
    Product("Insulated Water Bottle", "Hiking", 2495, 1452, 468, 3, "0.75 l, steel, double wall"),
    Product("Hiking Boots", "Hiking", 13900, 9244, 25, 8, "waterproof, mid height, rubber sole"),
    Product("Day Pack 25 l", "Hiking", 6490, 4318, 696, 5, "25 l, padded back, two side pockets"),
    Product("Trekking Poles", "Hiking", 4850, 2180, 52, 33, "aluminium, three sections, one pair"),
    Product("Pole Tip Protectors", "Hiking", 795, 446, 48, 52, "rubber, four pieces"),
    Product("Pack Rain Cover", "Hiking", 1690, 805, 73, 44, "fits 20 to 35 l, silicone coated"),
    Product("Trail Map Case", "Hiking", 1250, None, 66, 57, "A4, waterproof, neck cord"),
    Product("Compass", "Hiking", 2100, 1219, 97, 38, "base plate, luminous, declination scale"),
    Product("Two-Person Tent", "Camping", 18900, 8997, 83, 17, "2.3 kg, two doors, 3000 mm"),
    Product("Tent Footprint", "Camping", 2990, 1415, 32, 41, "210 x 130 cm, ripstop"),
    Product("Sleeping Bag", "Camping", 11900, 5511, 36, 15, "comfort 2 C, 1.2 kg, synthetic"),
    Product("Camping Pillow", "Camping", 1895, 798, 77, 35, "inflatable, washable cover"),
    Product("Sleeping Pad", "Camping", 7900, 3955, 154, 2, "R 3.5, 6 cm, 520 g"),
    Product("Camping Hammock", "Camping", 4490, None, 30, 42, "nylon, 200 kg, tree straps"),
    Product("Camp Lantern", "Camping", 3200, 1930, 116, 24, "300 lm, rechargeable"),
    Product("Tent Peg Set", "Camping", 1190, 679, 10, 30, "ten pegs, aluminium"),
    Product("Backpacking Stove", "Camp Kitchen", 5490, 3633, 159, 23, "85 g, piezo ignition"),
    Product("Gas Canister 230 g", "Camp Kitchen", 695, 356, 91, 11, "screw valve, four-season mix"),
    Product("Cook Set", "Camp Kitchen", 4200, 1882, 301, 31, "two pots, one pan, nesting"),
    Product("Camp Mug", "Camp Kitchen", 990, 637, 33, 12, "enamel, 0.35 l"),
    Product("Coffee Press", "Camp Kitchen", 2650, 1534, 112, 45, "0.6 l, shatterproof"),
    Product("Folding Cutlery", "Camp Kitchen", 850, 935, 64, 28, "steel, three pieces"),
    Product("Bottle Brush Set", "Camp Kitchen", 950, 477, 10, 47, "three brushes, drying stand"),
    Product("Cooler Box", "Camp Kitchen", 7400, None, 46, 53, "18 l, two days of ice"),
    Product("Climbing Harness", "Climbing", 6200, 2987, 106, 39, "four gear loops"),
    Product("Belay Device", "Climbing", 3450, 1858, 41, 46, "assisted braking, 8.5 to 11 mm"),
    Product("Climbing Rope 60 m", "Climbing", 15900, 10465, 11, 58, "9.8 mm, dry treated"),
    Product("Chalk Bag", "Climbing", 1750, 1116, 80, 37, "fleece lined, waist belt"),
    Product("Climbing Chalk", "Climbing", 895, 477, 36, 26, "300 g, coarse"),
    Product("Quickdraw Set", "Climbing", 8400, None, 137, 56, "six pieces, 12 cm"),
    Product("Climbing Helmet", "Climbing", 5800, 3172, 81, 50, "270 g, foam shell"),
    Product("Bike Helmet", "Cycling", 6990, 3465, 63, 14, "in-mould, rear dial, 52 to 61 cm"),
    Product("Bike Light Set", "Cycling", 3690, 1911, 87, 25, "front 80 lux, rear, USB"),
    Product("Floor Pump", "Cycling", 3900, 1981, 25, 34, "11 bar, gauge, two valves"),
    Product("Patch Kit", "Cycling", 495, 309, 144, 21, "eight patches, glue, levers"),
    Product("Bike Lock", "Cycling", 4990, 3116, 236, 18, "folding, 85 cm, level 9"),
    Product("Chain Oil", "Cycling", 890, 527, 139, 10, "100 ml, all weather"),
    Product("Cycling Gloves", "Cycling", 2750, None, 85, 29, "half finger, gel palm"),
    Product("Pannier Bag", "Cycling", 7800, 4261, 148, 49, "20 l, roll top, one piece"),
    Product("Ski Goggles", "Winter Sports", 8900, 4418, 56, 40, "two lenses, anti-fog"),
    Product("Snowshoes", "Winter Sports", 14900, 8377, 0, 59, "25 inch, heel lift"),
    Product("Gaiters", "Winter Sports", 3490, 1693, 66, 54, "knee high, breathable"),
    Product("Ski Gloves", "Winter Sports", 5990, 3788, 161, 27, "waterproof, leather palm"),
    Product("Ski Wax", "Winter Sports", 1295, 661, 102, 43, "universal, 120 g"),
    Product("Avalanche Shovel", "Winter Sports", 5200, None, 80, 60, "aluminium, telescopic"),
    Product("Snow Sled", "Winter Sports", 3800, None, 154, 55, "wood, steel runners"),
    Product("Rain Jacket", "Clothing", 10900, 6078, 237, 13, "2.5 layers, pit zips"),
    Product("Merino Socks", "Clothing", 1790, 1074, 290, 20, "mid weight, one pair"),
    Product("Fleece Jacket", "Clothing", 6400, 2974, 203, 9, "200 g, full zip"),
    Product("Trekking Trousers", "Clothing", 7250, 4300, 53, 16, "zip-off, stretch"),
    Product("Base Layer Shirt", "Clothing", 4450, 2765, 166, 7, "merino, long sleeve"),
    Product("Sun Hat", "Clothing", 2390, 1021, 28, 22, "wide brim, UPF 50"),
    Product("Beanie", "Clothing", 1850, None, 113, 6, "merino, one size"),
    Product("Softshell Gloves", "Clothing", 2600, 1556, 67, 32, "touchscreen fingertips"),
    Product("Headlamp", "Accessories", 3990, 2165, 43, 4, "400 lm, red light"),
    Product("Rechargeable Batteries", "Accessories", 1450, 677, 48, 36, "AAA, four pieces"),
    Product("Hand Warmers", "Accessories", 590, 342, 79, 19, "ten pairs, 8 hours"),
    Product("Waterproofing Spray", "Accessories", 1390, 910, 0, 48, "400 ml, PFC free"),
    Product("First Aid Kit", "Accessories", 2800, 1176, 81, 1, "42 pieces, waterproof pouch"),
    Product("Multi-Tool", "Accessories", 4600, 2422, 37, 51, "twelve functions, belt pouch"),
)

# Sold, but taken out of the catalogue since.
UNCATALOGUED = Product("Travel Towel", "Accessories", 1590, None, 0, 45, "microfibre")

PRODUCTS = (*CATALOGUE, UNCATALOGUED)
PRODUCT_IDS = tuple(f"PROD_{n:03d}" for n in (*range(1, len(CATALOGUE) + 1), 999))

# A product that was renamed: its lines before that month have the old name, the catalogue the new.
RENAMED = PRODUCT_IDS.index("PROD_015")
RENAMED_FROM = "Battery Lantern"
RENAMED_MONTHS_AGO = 15  # before the month of the last day

# Two out of three of these trousers come back, and this cutlery costs more than its price.
COMES_BACK = PRODUCT_IDS.index("PROD_050")
BELOW_COST = PRODUCT_IDS.index("PROD_022")

_DESCRIPTIONS = {
    "Hiking": "for day walks and long trails",
    "Camping": "for nights outdoors",
    "Camp Kitchen": "for meals far from a kitchen",
    "Climbing": "for the gym and the rock",
    "Cycling": "for the way to work and the weekend tour",
    "Winter Sports": "for snow and ice",
    "Clothing": "to wear in any weather",
    "Accessories": "to have along",
}
_SUMMER, _WINTER = {"Camping", "Cycling"}, {"Winter Sports"}


def popularity(calendar_month: int) -> npt.NDArray[np.float64]:
    """Return each product's weight in the baskets of a month, 1 = January: Zipf and season."""
    weights = np.array([1.0 / (product.popularity_rank + 5) for product in PRODUCTS])
    warmth = -np.cos(2.0 * np.pi * (calendar_month - 1) / 12.0)  # -1 in January, 1 in July
    tilt = [(p.category in _SUMMER) - 1.0 * (p.category in _WINTER) for p in PRODUCTS]
    season: npt.NDArray[np.float64] = np.exp(0.2 * warmth * np.array(tilt))
    return weights * season


def catalogue_table() -> pa.Table:
    """Return raw ``product_catalog``, one row per product; unit_cost is NULL where unknown."""
    cost = [product.unit_cost for product in CATALOGUE]
    return table(
        "product_catalog",
        PRODUCT_IDS[: len(CATALOGUE)],
        [product.name for product in CATALOGUE],
        [product.category for product in CATALOGUE],
        [f"{product.name} {_DESCRIPTIONS[product.category]}" for product in CATALOGUE],
        [product.features for product in CATALOGUE],
        money(10, np.array([product.price for product in CATALOGUE])),
        pa.array([product.stock_quantity for product in CATALOGUE], pa.int32()),
        money(10, np.array([c or 0 for c in cost]), np.array([c is None for c in cost])),
    )


_RAISES = np.array([1.03, 1.05, 1.08, 0.95])
_PAID_PERCENT = np.array([100, 90, 80, 105])
_PAID_SHARE = np.array([0.90, 0.06, 0.03, 0.01])


def monthly_prices(rng: np.random.Generator, calendar: Calendar) -> npt.NDArray[np.int64]:
    """Return the list price in cents by month and product, shape (months, products).

    The last month has the catalogue's price. Going back, each product changed its price in one to
    three months, by one of a few usual steps.
    """
    prices = np.empty((calendar.months, len(PRODUCTS)), dtype=np.int64)
    for column, product in enumerate(PRODUCTS):
        months = np.arange(2, calendar.months)
        changes = set(rng.choice(months, size=rng.integers(1, 4), replace=False))
        price = product.price
        for month in reversed(range(calendar.months)):
            prices[month, column] = price
            if month in changes:
                price = round(price / rng.choice(_RAISES))
    return prices


def paid_prices(
    rng: np.random.Generator, list_prices: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the unit price in cents that each line paid, half up; mostly the list price."""
    percent = rng.choice(_PAID_PERCENT, size=len(list_prices), p=_PAID_SHARE)
    paid: npt.NDArray[np.int64] = (list_prices * percent + 50) // 100
    return paid


class Habit(NamedTuple):
    """Of the baskets with the anchor and without the other, this share gets the other as well."""

    anchor: int
    attached: int
    attach_rate: float


def _habit(anchor: int, attached: int, attach_rate: float) -> Habit:
    return Habit(anchor - 1, attached - 1, attach_rate)


# By the number in the product id. Every product is in at most one habit, so no chain a-b, b-c
# makes a relation a-c.
HABITS = (
    _habit(23, 1, 0.65),  # bottle brushes, bottle
    _habit(2, 48, 0.30),  # boots, socks
    _habit(6, 3, 0.55),  # rain cover, day pack
    _habit(4, 5, 0.25),  # trekking poles, tip protectors
    _habit(9, 10, 0.20),  # tent, footprint
    _habit(11, 12, 0.20),  # sleeping bag, pillow
    _habit(17, 18, 0.40),  # stove, gas
    _habit(21, 20, 0.35),  # coffee press, mug
    _habit(25, 26, 0.20),  # harness, belay device
    _habit(28, 29, 0.25),  # chalk bag, chalk
    _habit(32, 33, 0.25),  # helmet, lights
    _habit(34, 35, 0.25),  # pump, patches
    _habit(41, 42, 0.30),  # snowshoes, gaiters
    _habit(43, 57, 0.25),  # ski gloves, hand warmers
    _habit(47, 58, 0.20),  # rain jacket, waterproofing spray
    _habit(56, 55, 0.60),  # batteries, headlamp
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
    return sorted((min(pair), max(pair)) for pair in [*crossed, *pairwise(single)])
