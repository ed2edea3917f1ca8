"""The demonstration shop: a seeded generator that plants its truth and writes it beside the rows.

No dagster, no warehouse, no clock, no environment. ``generate`` makes the shop in memory, ``write``
puts it into a folder as files, and so does ``python -m analytics_assets.demo_shop``.
"""

from analytics_assets.demo_shop.shop import DEFAULT_END, DEFAULT_SEED, DemoShop, generate, write

__all__ = ["DEFAULT_END", "DEFAULT_SEED", "DemoShop", "generate", "write"]
