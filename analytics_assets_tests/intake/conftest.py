"""A small landing folder with valid files, to be spoilt by the tests of this folder."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from analytics_assets.intake import LandingError, LandingReport, land

ORDERS = (
    "order_id,customer_id,order_date,order_status,total_amount\n"
    "A1,C1,2024-01-05 10:00:00,Completed,20.00\n"
    "A2,,2024-02-06,Shipped,7.50\n"
)
ORDER_ITEMS = (
    "order_item_id,order_id,product_id,product_name,quantity,unit_price\n"
    "A1-1,A1,P1,Cup,2,10.00\n"
    "A2-1,A2,P2,Saucer,1,7.50\n"
)


class Shop:
    """A folder of files and the database they land in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = duckdb.connect(config={"threads": 1})
        self.write("orders.csv", ORDERS)
        self.write("order_items.csv", ORDER_ITEMS)

        self.settings("allow_fewer_orders: true")

    def settings(self, text: str) -> None:
        """Write shop.yml; that fewer orders may come is what a test of something else wants."""
        (self.folder / "shop.yml").write_text(text)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def replace(self, name: str, new_name: str, content: str | bytes) -> Path:
        (self.folder / name).unlink()
        return self.write(new_name, content)

    def land(self) -> LandingReport:
        return land(self.connection, self.folder)

    def faults(self) -> tuple[str, ...]:
        with pytest.raises(LandingError) as caught:
            self.land()
        assert all(fault in str(caught.value) for fault in caught.value.faults)
        return caught.value.faults

    def fault(self) -> str:
        [fault] = self.faults()
        return fault

    def rows(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()

    def values(self, table: str, column: str) -> list:
        """Return one column of a raw table in the file's order."""
        return [value for (value,) in self.rows(f"select {column} from raw.{table}")]

    def quarantine(self) -> list[tuple]:
        """Return (table, file, row, column, value, reason, content) of every quarantined row."""
        found = self.rows("select * from raw.quarantined_rows order by table_name, row_number")
        return [(*row[:-1], json.loads(row[-1])) for row in found]

    def tables(self) -> list[str]:
        return [name for (name,) in self.rows("select table_name from duckdb_tables()")]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.connection.close()
