"""The worker's memory beside a Snowflake account, for counts as a large shop has them.

``python benchmarks/load/worker_memory.py pairs 5000000`` (or ``customers 5000000``) makes synthetic
counts, as they would be fetched, computes the table, and writes it to Parquet as it would be
staged. It prints the largest memory of the process and ends with 1 where that is above 8 GB.
"""

import datetime
import io
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[2] / "analytics_assets_tests" / "customers"))

from simulated_customers import histories

from analytics_assets.defs.customers.customer_value_forecast import customer_value_forecast
from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.counting import BasketCounts

AIM_BYTES = 8e9
PRODUCTS = 200_000
STRATA = 60
DAY = datetime.date(2025, 12, 31)
ROWS_PER_FILE = 500_000


def pairs(count: int) -> pd.DataFrame:
    """Return product_affinity of ``count`` pairs of 200,000 products in 60 strata."""
    random = np.random.default_rng(1)
    ids = np.char.add("PRODUCT_", np.char.zfill(np.arange(PRODUCTS).astype("U6"), 6))
    orders = np.sort(random.zipf(1.5, PRODUCTS).clip(10, 2_000_000))[::-1].astype("int64")
    popular = (PRODUCTS * random.random((int(1.3 * count), 2)) ** 3).astype("int64")
    popular.sort(axis=1)
    popular = np.unique(popular[popular[:, 0] < popular[:, 1]], axis=0)
    popular = popular[np.sort(random.permutation(len(popular))[:count])]
    together = 5 + (random.pareto(1.5, len(popular)) * 5).astype("int64").clip(0, 1000)
    orders = np.maximum(
        orders, np.bincount(popular.ravel(), np.repeat(together, 2), PRODUCTS).astype("int64")
    )
    products = np.repeat(np.arange(PRODUCTS), STRATA)
    counts = BasketCounts(
        total_orders=int(2 * orders.max()),
        min_pair_orders=5,
        products=pd.DataFrame(
            {"product_code": np.arange(PRODUCTS), "product_id": ids, "product_orders": orders}
        ),
        partners=pd.DataFrame(
            {
                "product_code": products,
                "stratum": np.tile(np.arange(STRATA), PRODUCTS),
                "partners": 4 * orders[products] // STRATA + 1,
            }
        ),
        pairs=pd.DataFrame(
            {
                "product_a_code": popular[:, 0],
                "product_b_code": popular[:, 1],
                "times_bought_together": together,
            }
        ),
    )
    names = pd.DataFrame(
        {
            "product_id": ids,
            "product_name": np.char.add("a product with a name of usual length ", ids),
            "product_category": np.char.add("category ", (np.arange(PRODUCTS) % 50).astype("U2")),
        }
    )
    return product_affinity(counts, names, DAY)


def customers(count: int) -> pd.DataFrame:
    """Return customer_value_forecast of ``count`` customers: 200,000 simulated ones, repeated."""
    simulated = histories(np.random.default_rng(1), min(count, 200_000))
    times = -(-count // len(simulated))
    frame = pd.concat([simulated.drop(columns="customer_id")] * times, ignore_index=True)[:count]
    numbers = pd.Series(np.arange(count)).astype(str)
    table, report = customer_value_forecast(frame.assign(customer_id="CUSTOMER_" + numbers))
    if report.refusal:
        raise SystemExit(f"the forecast was refused: {report.refusal}")
    return table


def write(table: pd.DataFrame) -> int:
    """Write a table as ``write_pandas`` does, some rows at a time; return the bytes."""
    days = {name: pd.ArrowDtype(pa.date32()) for name in table if name == "as_of_date"}
    size = 0
    for start in range(0, len(table), ROWS_PER_FILE):
        file = io.BytesIO()
        part = table.iloc[start : start + ROWS_PER_FILE].astype(days)
        part.to_parquet(file, compression="snappy")
        size += file.tell()
    return size


def main() -> int:
    """Print rows, seconds and the largest memory; return the exit code."""
    what, count = sys.argv[1], int(float(sys.argv[2]))
    started = time.monotonic()
    table = {"pairs": pairs, "customers": customers}[what](count)
    written = write(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(
        f"{what}: {len(table):,} rows, {time.monotonic() - started:.0f} s, "
        f"peak {peak / 1e9:.1f} GB, {written / 1e6:.0f} MB staged\n"
    )
    return int(peak > AIM_BYTES)


if __name__ == "__main__":
    sys.exit(main())
