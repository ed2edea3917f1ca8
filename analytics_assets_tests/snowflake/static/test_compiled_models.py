"""Every dbt model, compiled for Snowflake without a connection, is Snowflake's SQL."""

import pytest
from compiled_models import CompiledModel, compile_for_snowflake
from snowflake_grammar import parse_errors
from snowflake_tables import Tables, family

from analytics_assets.lib.tables import tables as described

COLUMNS = {name: table.types for name, table in described().items()}


# On one worker, which compiles them once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("compiled_models")]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[CompiledModel]:
    return compile_for_snowflake(tmp_path_factory.mktemp("dbt"))


@pytest.fixture
def tables(models: list[CompiledModel]) -> Tables:
    """The tables that are there before dbt runs: those landed, seeded and computed."""
    made = {model.table for model in models}
    return Tables({table: columns for table, columns in COLUMNS.items() if table not in made})


def test_models_are_snowflakes_sql_over_what_is_there(models: list[CompiledModel], tables: Tables):
    faults = []
    for model in models:
        faults += [f"{model.table}: {fault}" for fault in tables.faults(model.sql)]
        tables.add(model.table, tables.columns(model.sql))

    assert "\n".join(faults) == ""


def test_models_make_the_columns_of_their_contracts(models: list[CompiledModel], tables: Tables):
    differences = {}
    for model in models:
        columns = tables.columns(model.sql)
        tables.add(model.table, columns)
        made = {name.lower(): family(kind) for name, kind in columns.items()}
        promised = {name: family(kind) for name, kind in COLUMNS.get(model.table, {}).items()}
        if promised and made != promised:
            differences[model.table] = made.items() ^ promised.items()

    assert differences == {}


def test_sqlfluff_can_read_the_models(models: list[CompiledModel]):
    assert [(model.table, error) for model in models for error in parse_errors(model.sql)] == []


def test_a_wrong_column_in_a_model_is_found(models: list[CompiledModel], tables: Tables):
    products = next(model for model in models if model.table == "staging.stg_products")

    assert tables.faults(products.sql) == []
    assert tables.faults(products.sql.replace("product_name", "product_names")) != []
