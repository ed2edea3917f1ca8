"""What makes raw tables of a connector's is Snowflake's SQL, whatever the types of its columns."""

import pytest
from snowflake_grammar import parse_errors
from sqlglot import exp, parse_one

from analytics_assets.intake.formats import formats
from analytics_assets.intake.in_place import selects
from analytics_assets.lib.tables import tables
from analytics_assets.lib.warehouse.snowflake_account import SOURCE_FORMATS

RAW = {
    name: tables()[f"raw.{name}"].types
    for name in ("orders", "order_items", "customers", "product_catalog", "returns")
}
SEMI_STRUCTURED = {"json": "VARIANT", "time": "TIMESTAMP_TZ", "amount": "FLOAT", "flag": "BOOLEAN"}
ALL_TEXT: dict[str, str] = {}


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [SEMI_STRUCTURED, ALL_TEXT], ids=["typed", "all text"])
@pytest.mark.parametrize("form", SOURCE_FORMATS)
def test_every_raw_table_of_a_connector_is_snowflakes_sql(form: str, kinds: dict[str, str]):
    found = {
        name: {
            source.headers_of(column)[-1].upper(): kinds.get(described.kind, "VARCHAR")
            for column, described in source.columns.items()
        }
        for name, source in formats()[form].sources.items()
        if not source.elements
    }

    made = selects(formats()[form], found, "SHOP.LANDED", RAW, "America/Los_Angeles")

    assert set(made) == set(RAW)
    for table, sql in made.items():
        assert kinds or parse_errors(sql) == [], table
        tree = parse_one(sql, dialect="snowflake")
        assert not list(tree.find_all(exp.Command))
        assert tree.named_selects == list(RAW[table])
