"""The shop as a whole: in memory, or streamed month by month into files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analytics_assets.demo_shop.ledger import Ledger
from analytics_assets.demo_shop.months import build_month
from analytics_assets.demo_shop.plan import plan_shop
from analytics_assets.demo_shop.products import catalogue_table
from analytics_assets.demo_shop.tables import SCHEMAS
from analytics_assets.demo_shop.truth import ground_truth

DEFAULT_SEED = 20221201
DEFAULT_END = np.datetime64("2025-12-31", "D")
_ROWS_PER_GROUP = 500_000


@dataclass(frozen=True)
class DemoShop:
    """The raw tables as pyarrow Tables with their exact types, and the truth about them."""

    customers: pa.Table
    orders: pa.Table
    order_items: pa.Table
    product_catalog: pa.Table
    returns: pa.Table
    ground_truth: dict[str, Any]


class Generation:
    """A shop in the making: orders and lines month by month, then returns and the truth."""

    def __init__(
        self,
        scale: float = 1.0,
        seed: int = DEFAULT_SEED,
        end: np.datetime64 = DEFAULT_END,
        is_clean: bool = False,
    ) -> None:
        self._plan = plan_shop(scale, seed, end, is_clean)
        self._ledger = Ledger(self._plan)
        self.customers = self._plan.customers_table
        self.product_catalog = catalogue_table()

    def months(self) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Yield orders and order_items of each month; run it once, to the end."""
        for number in range(self._plan.calendar.months):
            month = build_month(self._plan, number, self._ledger.next_item_number)
            self._ledger.add(number, month)
            yield month.orders, month.order_items

    def returns(self) -> pa.Table:
        """Return raw ``returns``, once all months are made."""
        return self._ledger.returns()

    def ground_truth(self) -> dict[str, Any]:
        """Return the truth, once all months are made."""
        return ground_truth(self._ledger)


def generate(
    scale: float = 1.0,
    seed: int = DEFAULT_SEED,
    end: np.datetime64 = DEFAULT_END,
    is_clean: bool = False,
) -> DemoShop:
    """Make the shop in memory: ``scale`` times 20,000 customers and about 120,000 orders.

    The same arguments give the same rows, always. ``end`` is the day of the newest order; a clean
    shop has none of the dirt that a shop's files bring. For shops that do not fit into memory use
    ``write``. Raises ValueError when the scale is under 0.01.
    """
    generation = Generation(scale, seed, end, is_clean)
    orders, order_items = zip(*generation.months(), strict=True)
    return DemoShop(
        customers=generation.customers,
        orders=pa.concat_tables(orders),
        order_items=pa.concat_tables(order_items),
        product_catalog=generation.product_catalog,
        returns=generation.returns(),
        ground_truth=generation.ground_truth(),
    )


def write(recipe: tuple[Any, ...], directory: Path) -> None:
    """Write the shop of these arguments of ``generate`` into a folder.

    Five parquet files and ground_truth.json; no more than a month of lines is in memory. The folder
    is made if missing; files of these names are replaced.
    """
    shop = Generation(*recipe)
    directory.mkdir(parents=True, exist_ok=True)
    with _TableFile(directory, "customers") as file:
        file.add(shop.customers)
    with _TableFile(directory, "product_catalog") as file:
        file.add(shop.product_catalog)
    with _TableFile(directory, "orders") as orders, _TableFile(directory, "order_items") as items:
        for month_orders, month_items in shop.months():
            orders.add(month_orders)
            items.add(month_items)
    with _TableFile(directory, "returns") as file:
        file.add(shop.returns())
    text = json.dumps(shop.ground_truth(), indent=1) + "\n"
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
