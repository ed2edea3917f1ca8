"""What a table and its columns mean, in the words of the dbt project's YAML: the only place."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg
import yaml

from analytics_assets import keys
from analytics_assets.settings import CATALOG, DBT_PROJECT_DIR

_SECTION_OF_GROUP = {
    keys.RAW_GROUP: "raw",
    keys.STAGING_GROUP: "staging-views",
    keys.LIVE_GROUP: "realtime",
    keys.CUSTOMER_GROUP: "3-customers",
    keys.PRODUCT_GROUP: "4-products",
    keys.COHORT_GROUP: "5-cohorts",
}
_SECTION_OF_TABLE = {
    "staging.stg_clock": "1-rules-that-every-table-obeys",
    "staging.order_statuses": "1-rules-that-every-table-obeys",
    "analytics.customer_months": "5-cohorts",
    "analytics.revenue_bridge": "6-money-adds-up",
}


@dataclass(frozen=True)
class Documentation:
    """Of one table: what a row is and how it is made, and what each column means."""

    description: str
    columns: Mapping[str, str]


def documentation(table: str) -> Documentation:
    """Return what a source of the dbt project, ``schema.name``, says about a table.

    Raises:
        KeyError: the table is no source there; the message says where to write one.
    """
    known = _sources()
    if table not in known:
        raise KeyError(
            f"{table} is described in no sources.yml under {DBT_PROJECT_DIR / 'models'}; known are "
            f"{', '.join(known)}. Add it there, with every column"
        )
    return known[table]


def with_pages(description: str, table: str, group: str) -> str:
    """Return the description with the pages that say more; the UI resolves no relative link."""
    section = _SECTION_OF_TABLE.get(table, _SECTION_OF_GROUP[group])
    return (
        f"{' '.join(description.split())}\n\n"
        f"How it is computed: `docs/methods.md#{section}`. Every column and rule: "
        f"`docs/tables.md#{table.replace('.', '')}`."
    )


def described(table: str, group: str, filled_by: str = "") -> str:
    """Return the description of a table that is no dbt model, with the pages that say more."""
    return with_pages(f"{documentation(table).description} {filled_by}", table, group)


def declared(table: str, columns: Mapping[str, str]) -> dict[str, object]:
    """Return an asset definition's metadata: the table, and its columns with their meaning.

    Args:
        table: ``schema.name``.
        columns: name -> type of every column.

    Raises:
        KeyError: a column has no description.
    """
    meaning = documentation(table).columns
    missing = sorted(set(columns) - set(meaning))
    if missing:
        raise KeyError(f"{table}: no sources.yml describes the columns {missing}")
    schema = dg.TableSchema(
        [dg.TableColumn(name, kind, description=meaning[name]) for name, kind in columns.items()]
    )
    return {"dagster/table_name": f"{CATALOG}.{table}", "dagster/column_schema": schema}


@functools.cache
def _sources() -> dict[str, Documentation]:
    pages = [
        yaml.load(page.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        for page in sorted((DBT_PROJECT_DIR / "models").rglob("sources.yml"))
    ]
    return {
        f"{source.get('schema', source['name'])}.{table['name']}": Documentation(
            table["description"],
            {column["name"]: column["description"] for column in table["columns"]},
        )
        for page in pages
        for source in page["sources"]
        for table in source["tables"]
    }
