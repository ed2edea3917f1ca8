"""The raw tables as dbt describes them: columns, types, key, statuses; and what may not be NULL."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from analytics_assets.settings import DBT_PROJECT_DIR

FIRST_YEAR = 1900
LAST_YEAR = 2100


@dataclass(frozen=True)
class RawTable:
    """One raw table.

    Attributes:
        name: the table in schema raw.
        keys: the columns that together tell rows apart.
        columns: name and SQL type of all columns, in the table's order.
        filled: the columns that are never NULL.
    """

    name: str
    keys: tuple[str, ...]
    columns: Mapping[str, str]
    filled: tuple[str, ...]

    @property
    def key(self) -> str:
        """The SQL of the key as one value."""
        return self.keys[0] if len(self.keys) == 1 else f"concat_ws(' ', {', '.join(self.keys)})"


# Of YAML alone, since a landing needs no manifest, which takes dbt seconds to make.
_DESCRIBED = {
    table["name"]: table
    for source in yaml.safe_load(
        (DBT_PROJECT_DIR / "models" / "staging" / "raw.yml").read_text(encoding="utf-8")
    )["sources"]
    for table in source["tables"]
}


def _columns(name: str) -> dict[str, str]:
    columns = _DESCRIBED[name]["columns"]
    return {column["name"]: column["data_type"].upper() for column in columns}


def _table(name: str, *filled: str) -> RawTable:
    keys = tuple(_DESCRIBED[name]["config"]["meta"]["key"])
    return RawTable(name, keys, _columns(name), (*keys, *filled))


_TABLES = (
    _table("orders", "order_date"),
    _table("order_items", "order_id"),
    _table("customers"),
    _table("product_catalog"),
    _table("returns", "order_id", "amount"),
    _table("exchange_rates", "rate"),
)
RAW_TABLES: Mapping[str, RawTable] = {table.name: table for table in _TABLES}
QUARANTINE_COLUMNS: Mapping[str, str] = _columns("quarantined_rows")
STATUS_COLUMNS: Mapping[str, str] = _columns("shop_statuses")
LANDING_COLUMNS: Mapping[str, str] = _columns("landings")

# What words of the status column mean; a shop may say of its own words what is meant here.
STATUS_OF_WORD: Mapping[str, str] = {
    row["raw_status"]: row["order_status"]
    for row in csv.DictReader(
        (DBT_PROJECT_DIR / "seeds" / "staging" / "order_statuses.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}
STATUSES = tuple(dict.fromkeys(STATUS_OF_WORD.values()))
