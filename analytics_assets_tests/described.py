"""The tables as dbt's YAML describes them, without rows."""

import duckdb

from analytics_assets.lib.tables import tables
from analytics_assets.lib.warehouse.duckdb import SCHEMAS


def make_described_tables(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in SCHEMAS:
        connection.execute(f"create schema {schema}")
    for table in tables().values():
        columns = ", ".join(f"{name} {kind}" for name, kind in table.types.items())
        connection.execute(f"create table {table.name} ({columns})")
