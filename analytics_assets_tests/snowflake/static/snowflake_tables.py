"""Do the names in a statement exist, and do its types fit: a schema that grows as it reads on."""

from collections.abc import Mapping

from snowflake_grammar import GrammarError, forbidden, parsed
from sqlglot import exp
from sqlglot.errors import OptimizeError, SchemaError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

CATALOG, SCHEMA = "AUTOMATED_INTELLIGENCE", "ANALYTICS"
INFORMATION_SCHEMA = {
    "information_schema.tables": {
        "table_catalog": "varchar",
        "table_schema": "varchar",
        "table_name": "varchar",
        "table_type": "varchar",
    },
    "information_schema.columns": {
        "table_catalog": "varchar",
        "table_schema": "varchar",
        "table_name": "varchar",
        "column_name": "varchar",
        "ordinal_position": "integer",
        "data_type": "varchar",
        "numeric_precision": "integer",
        "numeric_scale": "integer",
    },
}
_FAMILIES = {
    "text": exp.DataType.TEXT_TYPES,
    "whole number": exp.DataType.INTEGER_TYPES,
    "exact number": {exp.DataType.Type.DECIMAL},
    "double": exp.DataType.FLOAT_TYPES,
    "timestamp": {exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ},
}


class Tables:
    """The tables there are; statements that make tables add to them."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        """Start with tables: ``schema.name`` to column to type."""
        self._schema = MappingSchema(dialect="snowflake")
        for table, columns in {**INFORMATION_SCHEMA, **tables}.items():
            self.add(table, columns)

    def add(self, table: str, columns: Mapping[str, object]) -> None:
        """Add a table, or replace it."""
        name = exp.to_table(table, dialect="snowflake")
        complete = exp.table_(name.name, db=name.db or SCHEMA, catalog=CATALOG)
        self._schema.add_table(complete, dict(columns), dialect="snowflake", match_depth=False)

    def faults(self, sql: str) -> list[str]:
        """Return what is wrong with a statement; nothing where Snowflake would take it."""
        try:
            return self._faults(parsed(sql)) + forbidden(sql)
        except GrammarError as error:
            return [str(error)]

    def columns(self, query: str) -> dict[str, exp.DataType]:
        """Return the columns of a query, upper-case, and their types.

        Raises:
            OptimizeError: a table or a column does not exist.
        """
        return {column.alias_or_name: column.type for column in self._typed(parsed(query)).selects}

    def _faults(self, tree: exp.Expression) -> list[str]:
        if isinstance(tree, exp.Drop | exp.Describe):
            return []
        if isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema):
            declared = {c.name: c.args["kind"] for c in tree.this.expressions}
            self.add(tree.this.this.sql("snowflake"), declared)
            return []
        query = tree.expression if isinstance(tree, exp.Create | exp.Insert) else tree
        if not isinstance(query, exp.Query):
            return [f"a {type(query).__name__.lower()} statement, which is not looked into"]
        try:
            typed = self._typed(query)
        except (OptimizeError, SchemaError) as error:
            return [str(error)]
        if isinstance(tree, exp.Create):
            columns = {column.alias_or_name: column.type for column in typed.selects}
            self.add(tree.this.sql("snowflake"), columns)
        return [fault for rule in RULES for fault in rule(typed)]

    def _typed(self, query: exp.Expression) -> exp.Query:
        qualified = qualify(
            query.copy(), schema=self._schema, dialect="snowflake", db=SCHEMA, catalog=CATALOG
        )
        for scope in traverse_scope(qualified):
            for source in scope.sources.values():
                if isinstance(source, exp.Table) and not self._schema.column_names(source):
                    raise OptimizeError(f"the table {source.sql('snowflake')} does not exist")
        typed = annotate_types(qualified, schema=self._schema, dialect="snowflake")
        assert isinstance(typed, exp.Query)
        return typed


def family(kind: exp.DataType | str) -> str:
    """Return what a type is about, in words that hold for DuckDB's and Snowflake's names."""
    data_type = exp.DataType.build(kind, dialect="snowflake")
    for name, types in _FAMILIES.items():
        if data_type.this in types:
            return name
    return str(data_type.this.value).lower()


def _unknown_types(query: exp.Query) -> list[str]:
    return [
        f"the type of column {column.alias_or_name} is not known: cast it"
        for column in query.selects
        if column.type is None or column.type.this in _UNKNOWN
    ]


_UNKNOWN = {exp.DataType.Type.UNKNOWN, exp.DataType.Type.NULL}


def _tried_casts(query: exp.Query) -> list[str]:
    return [
        f"{cast.sql('snowflake')}: TRY_CAST takes text only"
        for cast in query.find_all(exp.TryCast)
        if not cast.this.is_type(*exp.DataType.TEXT_TYPES)
    ]


def _exact_divisions(query: exp.Query) -> list[str]:
    # Halves need one decimal.
    return [
        f"{division.sql('snowflake')[:80]}: exact numbers divide to 6 decimals; cast one to double"
        for division in query.find_all(exp.Div)
        if division.right != exp.Literal.number(2)
        and not any(
            operand.is_type(*exp.DataType.FLOAT_TYPES)
            for operand in (division.left, division.right)
        )
    ]


def _subqueries(query: exp.Query) -> list[str]:
    return [
        f"{scope.expression.sql('snowflake')[:80]}: a correlated subquery other than EXISTS"
        for scope in traverse_scope(query)
        if scope.is_correlated_subquery and not isinstance(scope.expression.parent, exp.Exists)
    ]


RULES = (_unknown_types, _tried_casts, _exact_divisions, _subqueries)
