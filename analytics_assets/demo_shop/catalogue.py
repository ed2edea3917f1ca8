"""The catalogue's rows: today's name and price of every product it still lists."""

import numpy as np
import pyarrow as pa

from analytics_assets.demo_shop.columns import SCHEMAS, money
from analytics_assets.demo_shop.products import CATALOGUE, PRODUCT_IDS, description


def catalogue_table() -> pa.Table:
    """Return raw ``product_catalog``, one row a product; unit_cost is NULL where unknown."""
    cost = [product.unit_cost for product in CATALOGUE]
    columns = [
        PRODUCT_IDS[: len(CATALOGUE)],
        [product.name for product in CATALOGUE],
        [product.category for product in CATALOGUE],
        [description(product) for product in CATALOGUE],
        [product.features for product in CATALOGUE],
        money(10, np.array([product.price for product in CATALOGUE])),
        pa.array([product.stock_quantity for product in CATALOGUE], pa.int32()),
        money(10, np.array([c or 0 for c in cost]), np.array([c is None for c in cost])),
    ]
    return pa.Table.from_arrays([pa.array(c) for c in columns], schema=SCHEMAS["product_catalog"])
