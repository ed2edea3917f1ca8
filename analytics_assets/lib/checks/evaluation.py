"""Hold a table to its contract: few scans, and the offending rows of what failed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analytics_assets.lib.checks.checked_rows import CheckedRows
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules.rule import JudgedRule, RowRule, Rule, TableRule, sql_text
from analytics_assets.lib.warehouse.interface import Session, WarehouseMemoryError
from analytics_assets.variables import Variables

SAMPLE_ROWS = 5

Reader = Session | CheckedRows


@dataclass(frozen=True)
class Finding:
    """What became of one rule.

    Attributes:
        rule: the rule.
        query: the SQL that returns the offending rows; for a judged rule, the rows it judges.
        failing_rows: how many offend; None where the rule could not be checked.
        sample: at most ``SAMPLE_ROWS`` of them.
        rows_checked: how many rows the table has; None where they were not counted.
        note: what else there is to say.
    """

    rule: Rule
    query: str
    failing_rows: int | None
    sample: pd.DataFrame = field(default_factory=pd.DataFrame)
    rows_checked: int | None = None
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the rule was checked and kept."""
        return self.failing_rows == 0


def evaluate(
    session: Session,
    contract: Contract,
    variables: Variables,
    names: Collection[str] | None = None,
) -> Iterator[Finding]:
    """Yield a finding for each rule of the contract, or for each that is named.

    One statement counts the offences against all rules that SQL decides, or a few where memory does
    not suffice for one; what failed is read again for its sample. The rows of a view are made once.
    Where the columns are not as in the contract no other rule can be checked, and each says so.
    """
    on_columns = _judge(session, contract, contract.columns_rule, variables)
    if names is None or on_columns.rule.name in names:
        yield on_columns
    others = [rule for rule in contract.rules if names is None or rule.name in names]
    if not on_columns.passed:
        reason = f"not checked, since the columns are not as in the contract: {on_columns.note}"
        for rule in others:
            yield Finding(rule, offending_query(contract, rule, variables), None, note=reason)
        return
    rows: Reader = session
    if contract.is_view and len(others) > 1:
        rows = CheckedRows(session, contract.table)
    rows_checked, failing = _count(rows, contract, others, variables)
    for rule in others:
        if isinstance(rule, JudgedRule):
            yield _judge(rows, contract, rule, variables, rows_checked)
        else:
            query = offending_query(contract, rule, variables)
            sample = _sample(rows, query) if failing[rule.name] else pd.DataFrame()
            yield Finding(rule, query, failing[rule.name], sample, rows_checked)


def offending_query(contract: Contract, rule: Rule, variables: Variables) -> str:
    """Return the SQL of the rows that break the rule; for a judged rule, of what it judges."""
    match rule:
        case RowRule():
            shown = ", ".join(dict.fromkeys((*contract.key, *rule.columns)))
            violation = sql_text(rule.violation, variables)
            return f"select {shown}\nfrom {contract.table}\nwhere {violation}"
        case TableRule():
            return rule.offending(contract.table, variables)
        case JudgedRule():
            return rule.query(contract.table, variables)
    raise TypeError(f"{type(rule).__name__} is no kind of rule that can be evaluated")


def _judge(
    rows: Reader,
    contract: Contract,
    rule: JudgedRule,
    variables: Variables,
    rows_checked: int | None = None,
) -> Finding:
    query = offending_query(contract, rule, variables)
    verdict = rule.judge(rows.read(query))
    offending = verdict.offending
    return Finding(
        rule, query, len(offending), offending.head(SAMPLE_ROWS), rows_checked, verdict.note
    )


def _count(
    rows: Reader, contract: Contract, rules: Sequence[Rule], variables: Variables
) -> tuple[int, dict[str, int]]:
    """Return the number of rows of the table, and rule name -> number of offending rows."""
    counted = {
        rule.name: _alias(position)
        for position, rule in enumerate(rules)
        if not isinstance(rule, JudgedRule)
    }
    try:
        counts = _merged(rows, counting_queries(contract, rules, variables))
    except WarehouseMemoryError:
        counts = _merged(rows, counting_queries(contract, rules, variables, apart=True))
    failing = {name: int(counts[alias]) for name, alias in counted.items()}
    return int(counts["rows_checked"]), failing


def _merged(rows: Reader, queries: Iterable[str]) -> dict[str, Any]:
    """Return the values of all queries, of which each returns one row, by column."""
    return {str(name): value for sql in queries for name, value in rows.read(sql).iloc[0].items()}


def counting_queries(
    contract: Contract, rules: Sequence[Rule], variables: Variables, *, apart: bool = False
) -> list[str]:
    """Return SQL for rows_checked, and rule_<position> a rule that SQL decides: one row a query.

    It is one query; ``apart`` one for the rules over a row and one for each rule over the table,
    since DuckDB keeps in memory what all parts of a statement need.
    """
    offences, subqueries = ["count(*) as rows_checked"], []
    for position, rule in enumerate(rules):
        if isinstance(rule, RowRule):
            violation = sql_text(rule.violation, variables)
            offences.append(f"count(case when {violation} then 1 end) as {_alias(position)}")
        elif isinstance(rule, TableRule):
            offending = rule.offending(contract.table, variables)
            subqueries.append(
                f"(select count(*) from (\n{offending}\n) as offending) as {_alias(position)}"
            )
    by_row = f"select\n    {_listed(offences)}\nfrom {contract.table}"
    if apart or not subqueries:
        return [by_row, *(f"select\n    {subquery}" for subquery in subqueries)]
    return [
        f"select *\nfrom (\n{by_row}\n) as by_row\n"
        f"cross join (\nselect\n    {_listed(subqueries)}\n) as by_table"
    ]


def _listed(expressions: Sequence[str]) -> str:
    return ",\n    ".join(expressions)


def _alias(position: int) -> str:
    return f"rule_{position}"


def _sample(rows: Reader, query: str) -> pd.DataFrame:
    return rows.read(f"select * from (\n{query}\n) as offending order by 1 limit {SAMPLE_ROWS}")
