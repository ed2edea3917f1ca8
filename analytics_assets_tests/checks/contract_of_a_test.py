"""A contract whose table no YAML describes."""

from collections.abc import Sequence

import dagster as dg

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import Rule
from analytics_assets.lib.tables import Column, Table


def contract_of(
    name: str, columns: dict[str, str], key: Sequence[str], *rules: Rule, **others: object
) -> Contract:
    """Return a contract whose table is described here and not in the YAML."""
    contract = Contract(name, rules=rules, **others)
    schema, short = name.split(".")
    contract.__dict__["described"] = Table(
        name=name,
        asset_key=dg.AssetKey(short),
        group=schema,
        description="One row per test.",
        columns={column: Column(kind.lower(), "", ()) for column, kind in columns.items()},
        key=tuple(key),
        made_by_dbt=True,
    )
    return contract
