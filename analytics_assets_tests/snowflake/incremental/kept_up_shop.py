"""A few orders in the emulator, and dbt to build what is kept up to date from them."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from emulator.process import Emulator

from analytics_assets.lib.tables import tables
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import SnowflakeAccount
from analytics_assets.settings import DBT_PROJECT_DIR, load_settings

COLUMNS = {name: list(table.types) for name, table in tables().items()}
ORDERS = """
    insert into raw.orders
        (order_id, customer_id, order_date, order_status, total_amount, discount_percent)
    values
        ('jan', 'ann', '2025-01-31 23:59:59', 'completed', 10.00, null),
        ('feb', 'ann', '2025-02-01 00:00:00', 'shipped', 20.50, 10),
        ('feb of bob', 'bob', '2025-02-14 12:00:00', 'delivered', 30.00, 0),
        ('mar', 'bob', '2025-03-02 08:00:00', 'completed', 40.00, null),
        ('apr', 'bob', '2025-04-30 08:00:00', 'completed', 50.00, null)
"""


@dataclass(frozen=True)
class KeptUpShop:
    """A database of the emulator."""

    emulator: Emulator
    database: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if "SNOWFLAKE" not in name},
            **self.emulator.environment(self.database),
            "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
        }

    @property
    def warehouse(self) -> SnowflakeWarehouse:
        account = load_settings(self.environment).snowflake
        assert isinstance(account, SnowflakeAccount)
        return SnowflakeWarehouse(account)

    def execute(self, *statements: str) -> None:
        with self.warehouse.session() as session:
            for statement in statements:
                session.execute(statement)

    def set_orders(self, *changes: str) -> None:
        """Let raw.orders hold ORDERS, changed by these statements."""
        self.execute("delete from raw.orders", "delete from raw.order_items", ORDERS, *changes)

    def hash(self, table: str) -> str:
        """Return row count and a hash that no order of rows changes."""
        with self.warehouse.session() as session:
            found = session.read(
                "select cast(count(*) as varchar) || ' rows ' || coalesce(cast(sum(cast("
                f"hash({', '.join(COLUMNS[table])}) as decimal(38, 0))) as varchar), '') as hash "
                f"from {table}"
            )
        return str(found["hash"].iloc[0])

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.warehouse.session() as session:
            return list(session.read(sql).itertuples(index=False, name=None))

    def dbt(self, *arguments: str, **variables: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                str(Path(sys.executable).parent / "dbt"),
                "--quiet",
                *arguments,
                "--vars",
                json.dumps(variables),
            ],
            cwd=DBT_PROJECT_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def built(self, *arguments: str, **variables: object) -> None:
        done = self.dbt(*arguments, **variables)
        assert done.returncode == 0, done.stdout + done.stderr


def make_shop(emulator: Emulator, database: str, folder: Path) -> KeptUpShop:
    """Make the raw tables with ORDERS."""
    shop = KeptUpShop(emulator, database, folder)
    for name, table in tables().items():
        if name.startswith("raw."):
            columns = ", ".join(f"{column} {kind}" for column, kind in table.types.items())
            shop.execute(f"create table {name} ({columns})")
    shop.set_orders()
    return shop
