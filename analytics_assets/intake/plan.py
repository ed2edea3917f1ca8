"""How each raw table is made from the file that was found for it, derived columns included."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analytics_assets.intake.encoding import MARK
from analytics_assets.intake.rules import Rule, TypedColumn, absent, text_of, typed
from analytics_assets.intake.schema import RawTable
from analytics_assets.intake.source import Source


@dataclass(frozen=True)
class Plan:
    """One table's way from the rows read to the rows landed.

    Attributes:
        table: the raw table.
        file_name: where its rows come from.
        rows: SQL of a relation with the rows read; see ``source.row_schema``.
        columns: one for each column of the table, in its order.
        texts: SQL of each column of the file as the text that was read, by name.
        line: SQL of the text of a row that does not divide into columns, NULL for all others.
        has_key: whether the file has the key, whose values must then be unique.
        notices: what was derived.
    """

    table: RawTable
    file_name: str
    rows: str
    columns: tuple[TypedColumn, ...]
    texts: Mapping[str, str]
    line: str
    has_key: bool
    notices: tuple[str, ...] = ()

    @property
    def key(self) -> TypedColumn:
        """The key's column."""
        return next(column for column in self.columns if column.name == self.table.key)


def make_plan(table: RawTable, source: Source, rows: str) -> Plan:
    """Return the plan for a source all of whose rows stand in the relation ``rows``."""
    columns = tuple(
        typed(column, source.columns[column.name])
        if column.name in source.columns
        else absent(column)
        for column in table.columns
    )
    texts = {name: text_of(name, written) for name, written in source.columns.items()}
    line = "line"
    if source.has_marks:
        columns = tuple(_refused_if_marked(column, texts) for column in columns)
        texts = {name: _readable(text) for name, text in texts.items()}
        line = _readable(line)
    plan = Plan(table, source.file_name, rows, columns, texts, line, table.key in texts)
    return _with_derived_columns(plan) if table.name == "order_items" else plan


def _refused_if_marked(column: TypedColumn, texts: Mapping[str, str]) -> TypedColumn:
    if column.name not in texts:
        return column
    marked = Rule(f"contains({texts[column.name]}, '{MARK}')", "is not UTF-8")
    return replace(column, rules=(marked, *column.rules))


def _readable(text: str) -> str:
    return f"replace({text}, '{MARK}', '\\')"


def _with_derived_columns(plan: Plan) -> Plan:
    made = {column.name: column for column in plan.columns}
    notices = []
    rows = plan.rows
    if "order_item_id" not in plan.texts:
        order = made["order_id"].value
        # Counted over all lines read: a line that is quarantined keeps its number free.
        rows = (
            f"(select *, row_number() over (partition by {order} order by row_number) "
            f"as place_in_order from {plan.rows})"
        )
        value = f"{order} || '-' || format('{{:04d}}', place_in_order)"
        made["order_item_id"] = TypedColumn("order_item_id", value)
        notices.append(
            f"{plan.file_name}: order_item_id is derived: the order_id and the line's place "
            "in its order"
        )
    if "line_total" not in plan.texts:
        quantity, price = made["quantity"].value, made["unit_price"].value
        product = f"cast({quantity} as decimal(38,2)) * {price}"
        kind = plan.table.column("line_total").sql_type
        value = f"try_cast({product} as {kind})"
        too_large = Rule(
            f"{product} is not null and {value} is null",
            f"does not fit {kind} as quantity * unit_price",
        )
        made["line_total"] = TypedColumn("line_total", value, (too_large,))
        notices.append(f"{plan.file_name}: line_total is derived: quantity * unit_price")
    return replace(plan, rows=rows, columns=tuple(made.values()), notices=tuple(notices))
