"""Faults of fakesnow 0.12, mended in place before it serves; each is small enough to be read."""

from typing import Any

import duckdb
import fakesnow.arrow
import fakesnow.copy_into
import fakesnow.cursor
import fakesnow.macros
import fakesnow.server
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import snowflake.connector.errors
from fakesnow import transforms
from fakesnow.cursor import FakeSnowflakeCursor
from sqlglot import exp

CONTEXT = {
    "current_account": "EMULATOR",
    "current_region": "LOCAL",
    "current_role": "TRANSFORMER",
    "current_warehouse": "COMPUTE_WH",
}


def apply() -> None:
    """Mend fakesnow, in this process."""
    keep_null_timestamps()
    know_the_context_functions()
    keep_hashes_in_range()
    keep_sums_exact()
    refuse_timestamps_for_dates()


def keep_null_timestamps() -> None:
    """A NULL timestamp arrived as 1970-01-01: the struct it travels in lost the mask."""
    original = fakesnow.arrow.timestamp_to_sf_struct

    def with_mask(timestamps: pa.Array | pa.ChunkedArray) -> pa.Array:
        if isinstance(timestamps, pa.ChunkedArray):
            timestamps = pa.concat_arrays([pa.array([], timestamps.type), *timestamps.chunks])
        epoch = pa.scalar(0, pa.int64()).cast(timestamps.type)
        struct = original(pc.fill_null(timestamps, epoch))
        arrays = [struct.field(i) for i in range(struct.type.num_fields)]
        fields = [struct.type.field(i) for i in range(struct.type.num_fields)]
        return pa.StructArray.from_arrays(arrays, fields=fields, mask=timestamps.is_null())

    fakesnow.arrow.timestamp_to_sf_struct = with_mask


def know_the_context_functions() -> None:
    """CURRENT_ROLE() and its like are unknown; they are macros of each new database here."""
    original = fakesnow.macros.creation_sql

    def with_context(catalog: str) -> str:
        macros = (
            f"create or replace macro {catalog}.{name}() as '{value}';"
            for name, value in CONTEXT.items()
        )
        return original(catalog) + "".join(macros)

    fakesnow.macros.creation_sql = with_context


def keep_hashes_in_range() -> None:
    """Snowflake's HASH is signed; half of DuckDB's are beyond what a cast to NUMBER becomes."""
    original = FakeSnowflakeCursor._transform

    def halved(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Anonymous) and node.name.upper() == "HASH":
            half = exp.BitwiseRightShift(this=node.copy(), expression=exp.Literal.number(1))
            return exp.cast(exp.paren(half), "bigint")
        return node

    def transform(cursor: FakeSnowflakeCursor, expression: exp.Expression, params: Any) -> Any:
        return original(cursor, expression.transform(halved), params)

    FakeSnowflakeCursor._transform = transform


def keep_sums_exact() -> None:
    """SUM(NUMBER) became SUM(DOUBLE), so that texts could be summed; cents no longer added up."""
    transforms.numeric_agg_implicit_cast = lambda expression: expression


def refuse_timestamps_for_dates() -> None:
    """A DATE column takes a Parquet date or a text; fakesnow casts a timestamp too."""
    original = fakesnow.copy_into.copy_into
    of_this_copy: dict[str, Any] = {}
    original_inserts = fakesnow.copy_into._inserts

    def copy(
        engine: Any, database: str | None, schema: str | None, *rest: Any, **named: Any
    ) -> str:
        of_this_copy.update(engine=engine, database=database, schema=schema)
        return original(engine, database, schema, *rest, **named)

    def inserts(statement: exp.Copy, options: Any, urls: list[str], *rest: Any) -> Any:
        engine = of_this_copy["engine"]
        table = fakesnow.copy_into._extract_table(statement.this)
        named = f"{table.catalog or of_this_copy['database']}.{table.db or of_this_copy['schema']}."
        try:
            described = engine.execute(f"describe {named}{table.name}").fetchall()
        except duckdb.CatalogException:
            described = engine.execute(f"describe {table.name}").fetchall()  # a temporary one
        days = [name for name, kind, *_ in described if kind == "DATE"]
        for url in urls:
            staged = pq.read_schema(fakesnow.copy_into.stage.file_path(url))
            for day in days:
                if day in staged.names and pa.types.is_timestamp(staged.field(day).type):
                    raise snowflake.connector.errors.ProgrammingError(
                        msg=f"Failed to cast variant value to DATE, column {day}",
                        errno=100071,
                        sqlstate="22000",
                    )
        return original_inserts(statement, options, urls, *rest)

    fakesnow.cursor.copy_into = copy
    fakesnow.copy_into._inserts = inserts
