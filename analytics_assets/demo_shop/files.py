"""The shop as files: four parquet files and ground_truth.json, the same bytes every time."""

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analytics_assets.demo_shop.columns import SCHEMAS
from analytics_assets.demo_shop.shop import DemoShop, Generation

_ROWS_PER_GROUP = 500_000


def write(shop: DemoShop | tuple[float, int], directory: Path) -> None:
    """Write a shop, or one made on the way from (scale, seed), into a folder; made if missing.

    Both ways give the same bytes. The second keeps no more than a month of lines in memory. Files
    of these names are replaced.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if isinstance(shop, DemoShop):
        months: Iterable[tuple[pa.Table, pa.Table]] = [(shop.orders, shop.order_items)]
        source: DemoShop | Generation = shop
    else:
        source = Generation(*shop)
        months = source.months()
    for name in ("customers", "product_catalog"):
        with _TableFile(directory, name) as file:
            file.add(getattr(source, name))
    with _TableFile(directory, "orders") as orders, _TableFile(directory, "order_items") as items:
        for month_orders, month_items in months:
            orders.add(month_orders)
            items.add(month_items)
    truth = source.ground_truth if isinstance(source, DemoShop) else source.ground_truth()
    text = json.dumps(truth, indent=1) + "\n"
    (directory / "ground_truth.json").write_text(text, encoding="utf-8", newline="\n")


class _TableFile:
    """A parquet file that takes its table in pieces; where they are cut does not change a byte."""

    def __init__(self, directory: Path, name: str) -> None:
        path = directory / f"{name}.parquet"
        self._writer = pq.ParquetWriter(path, SCHEMAS[name], compression="zstd", version="2.6")
        self._waiting = SCHEMAS[name].empty_table()

    def add(self, piece: pa.Table) -> None:
        self._waiting = pa.concat_tables([self._waiting, piece])
        while len(self._waiting) >= _ROWS_PER_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        self._writer.write_table(self._waiting.slice(0, _ROWS_PER_GROUP).combine_chunks())
        self._waiting = self._waiting.slice(_ROWS_PER_GROUP)

    def __enter__(self) -> "_TableFile":
        return self

    def __exit__(self, *failure: object) -> None:
        if len(self._waiting):
            self._write_group()
        self._writer.close()
