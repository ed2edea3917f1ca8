"""Contracts as Dagster checks: one op per table, any of its checks by itself."""

from collections.abc import Iterator, Sequence

import dagster as dg
import pandas as pd

from analytics_assets.lib.checks.contract import Contract, words
from analytics_assets.lib.checks.evaluation import Finding, evaluate
from analytics_assets.lib.checks.rules import ERROR, WARN, Rule
from analytics_assets.lib.tables import table
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

_LONGEST_VALUE = 200


def asset_checks(contract: Contract) -> dg.AssetChecksDefinition:
    """Return the checks of one table; they need the resources ``warehouse`` and ``variables``."""

    @dg.multi_asset_check(
        name=f"check_{contract.table.replace('.', '_')}",
        description=f"Hold {contract.table} to its contract.",
        specs=[_spec(contract, name, rules) for name, rules in contract.checks.items()],
        can_subset=True,
    )
    def check(
        context: dg.AssetCheckExecutionContext,
        warehouse: dg.ResourceParam[Warehouse],
        variables: dg.ResourceParam[Variables],
    ) -> Iterator[dg.AssetCheckResult]:
        names = {key.name for key in context.selected_asset_check_keys}
        with warehouse.session() as session:
            findings = list(evaluate(session, contract, variables, names))
        for name in contract.checks:
            if name in names:
                yield _result(contract, name, [f for f in findings if f.rule.name == name])

    return check


def _spec(contract: Contract, name: str, rules: Sequence[Rule]) -> dg.AssetCheckSpec:
    sentences = [words(rules), *(f"If it warns: {rule.advice}" for rule in rules if rule.advice)]
    return dg.AssetCheckSpec(
        name=name,
        asset=contract.described.asset_key,
        description=". ".join(sentence.removesuffix(".") for sentence in sentences) + ".",
        additional_deps=[table(other).asset_key for other in contract.reads],
        blocking=rules[0].blocking,
    )


def _result(contract: Contract, name: str, findings: Sequence[Finding]) -> dg.AssetCheckResult:
    """Return the result of a check; of one with several rules, what each broken one found.

    A row that breaks two rules counts twice in failing_rows and failing_amount.
    """
    broken = [finding for finding in findings if not finding.passed]
    shown = broken or findings
    queries = (
        f"-- {finding.rule.sentence}\n{finding.query}" if len(findings) > 1 else finding.query
        for finding in shown
    )
    metadata: dict[str, dg.MetadataValue] = {
        "query": dg.MetadataValue.md("\n".join(f"```sql\n{query}\n```" for query in queries)),
    }
    if failing := [f.failing_rows for f in shown if f.failing_rows is not None]:
        metadata["failing_rows"] = dg.MetadataValue.int(sum(failing))
    if rows_checked := [f.rows_checked for f in shown if f.rows_checked is not None]:
        metadata["rows_checked"] = dg.MetadataValue.int(rows_checked[0])
    if amounts := [f.failing_amount for f in shown if f.failing_amount is not None]:
        metadata["failing_amount"] = dg.MetadataValue.float(sum(amounts))
    if note := ". ".join(dict.fromkeys(finding.note for finding in shown if finding.note)):
        metadata["note"] = dg.MetadataValue.text(note)
    for finding in broken:
        if len(finding.sample):
            label = "sample" if len(findings) == 1 else f"sample: {finding.rule.sentence}"
            metadata[label] = sample_table(finding.sample)
    return dg.AssetCheckResult(
        asset_key=contract.described.asset_key,
        check_name=name,
        passed=not broken,
        severity=ERROR if any(finding.severity is ERROR for finding in shown) else WARN,
        description=". ".join(dict.fromkeys(explained(finding) for finding in shown)),
        metadata=metadata,
    )


def explained(finding: Finding) -> str:
    """Return what a person reads of a finding: rows, amount, share, the rule, what to do."""
    rule = finding.rule
    if finding.failing_rows is None:
        return finding.note
    if finding.passed:
        return finding.note or rule.sentence
    if finding.message:
        return finding.message
    many = finding.failing_rows
    counted = f"{many:,} row{'' if many == 1 else 's'}"
    if finding.rows_checked:
        counted += f" of {finding.rows_checked:,} ({_share(many, finding.rows_checked)})"
    if finding.failing_amount is not None:
        counted += f", amounting to {finding.failing_amount:,.2f}"
        if finding.amount_checked:
            counted += f" ({_share(finding.failing_amount, finding.amount_checked)})"
    advice = finding.advice or rule.advice
    advice = advice[:1].upper() + advice[1:]
    broken = "breaks" if many == 1 else "break"
    parts = [f"{counted} {broken} the rule: {rule.words}", finding.note, advice]
    return ". ".join(part.rstrip(".") for part in parts if part)


def _share(part: float, whole: float) -> str:
    percent = 100 * part / whole
    return f"{percent:.1f} %" if percent >= 0.1 or not part else f"{percent:.1g} %"


def sample_table(rows: pd.DataFrame) -> dg.TableMetadataValue:
    """Return the rows as a table of texts, so that ids, amounts and NULL appear as they are."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord({str(name): _text(value) for name, value in row.items()})
            for row in rows.to_dict("records")
        ],
        schema=dg.TableSchema([dg.TableColumn(str(name), "string") for name in rows.columns]),
    )


def _text(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return "NULL"
    if isinstance(value, float):
        # Whole numbers come as floats where a NULL stands beside them.
        return f"{value:.15g}"
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return f"{value:%Y-%m-%d}"
    text = str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
