"""Hold a table to its contract: few scans, and the offending rows of what failed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from dagster import AssetCheckSeverity

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    JudgedRule,
    KeyRule,
    RowRule,
    Rule,
    TableRule,
    TolerantRule,
    sql_text,
)
from analytics_assets.lib.warehouse.interface import Session, WarehouseMemoryError
from analytics_assets.variables import Variables

SAMPLE_ROWS = 5
NAMED_VALUES = 10


@dataclass(frozen=True)
class Finding:
    """What became of one rule.

    Attributes:
        rule: the rule.
        query: the SQL that returns the offending rows; for a judged rule, the rows it judges.
        failing_rows: how many offend; None where the rule could not be checked.
        sample: at most ``SAMPLE_ROWS`` of them.
        rows_checked: how many rows the table has; None where they were not counted.
        failing_amount: the money in the offending rows; None where the rule names no amount.
        amount_checked: the money in the table; None likewise.
        note: what else there is to say.
        message: said instead of how many rows offend.
        advice: the rule's own, with the value it is about.
        is_tolerated: whether the rule is broken by so little that it only warns.
    """

    rule: Rule
    query: str
    failing_rows: int | None
    sample: pd.DataFrame = field(default_factory=pd.DataFrame)
    rows_checked: int | None = None
    failing_amount: float | None = None
    amount_checked: float | None = None
    note: str = ""
    message: str = ""
    advice: str = ""
    is_tolerated: bool = False

    @property
    def severity(self) -> AssetCheckSeverity:
        """How much it matters that the rule is broken."""
        return WARN if self.is_tolerated else self.rule.severity

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
    """Yield a finding for each rule of the contract, or for each of the checks that are named.

    One statement counts the offences against all rules that SQL decides, or a few where memory does
    not suffice for one; what failed is read again for its sample and its amount. Where the columns
    are not as described no other rule can be checked, and each says so.
    """
    wanted = [rule for rule in contract.rules_on_rows if names is None or rule.name in names]
    if on_columns := contract.columns_rule:
        finding = _judge(session, contract, on_columns, variables)
        if names is None or on_columns.name in names:
            yield finding
        if not finding.passed:
            reason = f"not checked, since the columns are not as described: {finding.note}"
            for rule in wanted:
                yield Finding(rule, offending_query(contract, rule, variables), None, note=reason)
            return
    counts = _count(session, contract, wanted, variables)
    rows, amount = int(counts["rows_checked"]), _number(counts.get("amount_checked"))
    for position, rule in enumerate(wanted):
        if isinstance(rule, JudgedRule):
            yield _judge(session, contract, rule, variables, rows)
            continue
        query = offending_query(contract, rule, variables)
        failing = int(counts[_alias(position)])
        if failing and isinstance(rule, KeyRule):
            failing = _rows(session, query)
        finding = Finding(rule, query, failing, rows_checked=rows, amount_checked=amount)
        if failing:
            finding = replace(
                finding,
                rows_checked=_among(session, rule) or rows,
                sample=_sample(session, query),
                failing_amount=_amount(session, rule, query),
                **_tolerance(session, contract, finding, variables),
            )
        yield finding


def offending_query(contract: Contract, rule: Rule, variables: Variables) -> str:
    """Return the SQL of the rows that break the rule; for a judged rule, of what it judges."""
    match rule:
        case RowRule():
            extra = (rule.amount,) if rule.amount else ()
            shown = ", ".join(dict.fromkeys((*contract.described.key, *rule.columns, *extra)))
            violation = sql_text(rule.violation, variables)
            return f"select {shown}\nfrom {contract.table}\nwhere {violation}"
        case TableRule():
            return rule.offending(contract.table, variables)
        case JudgedRule():
            return rule.query(contract.table, variables)
    raise TypeError(f"a rule must be one of the three shapes (got {type(rule).__name__})")


def counting_queries(
    contract: Contract, rules: Sequence[Rule], variables: Variables, *, apart: bool = False
) -> list[str]:
    """Return SQL for rows_checked and rule_<position> per rule that SQL decides, one row per query.

    rule_<position> is 0 where the rule is kept: the number of offending rows, for most.

    It is one query; ``apart`` one for the rules over a row and one for each rule over the table,
    since DuckDB keeps in memory what all parts of a statement need.
    """
    offences, subqueries = ["count(*) as rows_checked"], []
    if contract.amount:
        offences.append(f"sum({contract.amount}) as amount_checked")
    for position, rule in enumerate(rules):
        if isinstance(rule, RowRule):
            violation = sql_text(rule.violation, variables)
            offences.append(f"count(case when {violation} then 1 end) as {_alias(position)}")
        elif isinstance(rule, KeyRule) and rule.surplus and not apart:
            offences.append(f"{rule.surplus} as {_alias(position)}")
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


def _count(
    session: Session, contract: Contract, rules: Sequence[Rule], variables: Variables
) -> dict[str, Any]:
    try:
        return _merged(session, counting_queries(contract, rules, variables))
    except WarehouseMemoryError:
        return _merged(session, counting_queries(contract, rules, variables, apart=True))


def _judge(
    session: Session,
    contract: Contract,
    rule: JudgedRule,
    variables: Variables,
    rows_checked: int | None = None,
) -> Finding:
    query = offending_query(contract, rule, variables)
    verdict = rule.judge(session.read(query))
    offending = verdict.offending
    sample = offending.head(SAMPLE_ROWS)
    return Finding(
        rule,
        query,
        len(offending),
        sample,
        rows_checked,
        note=verdict.note,
        message=verdict.message,
        is_tolerated=verdict.is_tolerated,
    )


def _merged(session: Session, queries: Iterable[str]) -> dict[str, Any]:
    """Return the values of all queries, of which each returns one row, by column."""
    return {
        str(name): value for sql in queries for name, value in session.read(sql).iloc[0].items()
    }


def _sample(session: Session, query: str) -> pd.DataFrame:
    return session.read(f"select * from (\n{query}\n) as offending order by 1 limit {SAMPLE_ROWS}")


def _rows(session: Session, query: str) -> int:
    counted = session.read(f"select count(*) as failing_rows from (\n{query}\n) as offending")
    return int(counted["failing_rows"].iloc[0])


def _among(session: Session, rule: Rule) -> int | None:
    return int(session.read(rule.among).to_numpy()[0, 0]) if rule.among else None


def _amount(session: Session, rule: Rule, query: str) -> float | None:
    if not rule.amount:
        return None
    total = session.read(f"select sum({rule.amount}) as amount from (\n{query}\n) as offending")
    return _number(total["amount"].iloc[0])


def _tolerance(
    session: Session, contract: Contract, finding: Finding, variables: Variables
) -> dict[str, Any]:
    """Return what a finding of a tolerant rule has beside the others: note, advice, whether."""
    rule, query = finding.rule, finding.query
    if not isinstance(rule, TolerantRule):
        return {}
    part, whole = float(finding.failing_rows or 0), float(finding.rows_checked or 0)
    if contract.amount and not rule.by_rows:
        money = session.read(
            f"select (select sum(abs({rule.amount})) from (\n{query}\n) as offending) as part,\n"
            f"(select sum(abs({contract.amount})) from {contract.table}) as whole"
        ).iloc[0]
        if _number(money["whole"]):
            part, whole = _number(money["part"]) or 0.0, float(money["whole"])
    tolerated = part <= variables.tolerated_share * whole
    notes = [] if tolerated else [f"More than tolerated_share, {variables.tolerated_share:.0%}"]
    value = ""
    if rule.by:
        groups = session.read(
            f"select {rule.by} as value, count(*) as row_count, sum({rule.amount}) as amount\n"
            f"from (\n{query}\n) as offending\n"
            f"group by {rule.by}\norder by 3 desc nulls last, 1\nlimit {NAMED_VALUES + 1}"
        )
        value = str(groups["value"].iloc[0]) if len(groups) else ""
        named = [
            f"{value}: {int(row_count):,} rows, {_number(amount) or 0:,.2f}"
            for value, row_count, amount in groups.head(NAMED_VALUES).itertuples(index=False)
        ]
        notes.append("; ".join(named) + ("; and others" if len(groups) > NAMED_VALUES else ""))
    return {
        "note": ". ".join(notes),
        "advice": rule.advice.replace("<value>", value),
        "is_tolerated": tolerated,
    }


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _listed(expressions: Sequence[str]) -> str:
    return ",\n    ".join(expressions)


def _alias(position: int) -> str:
    return f"rule_{position}"
