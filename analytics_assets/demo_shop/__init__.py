"""The demonstration shop: a seeded generator that plants its truth and hands it over with the rows.

Pure numpy and pyarrow; no dagster, no database, no clock, no environment. ``generate`` makes the
shop in memory, ``write`` puts it into a folder as four parquet files and ``ground_truth.json``.
"""

from analytics_assets.demo_shop.files import write
from analytics_assets.demo_shop.shop import DemoShop, generate

__all__ = ["DemoShop", "generate", "write"]
