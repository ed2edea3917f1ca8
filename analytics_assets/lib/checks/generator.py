"""Contracts as Dagster checks: one op a table, one check a rule, any of them by itself."""

from collections.abc import Iterable, Iterator

import dagster as dg
import pandas as pd

from analytics_assets import keys
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.evaluation import Finding, evaluate
from analytics_assets.lib.checks.rules.rule import Rule
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

_LONGEST_VALUE = 200


def asset_checks(contracts: Iterable[Contract]) -> list[dg.AssetChecksDefinition]:
    """Return the checks of every contract, one definition a table.

    They need the resources ``warehouse`` and ``variables``.
    """
    return [_checks_of(contract) for contract in contracts]


def asset_key(table: str) -> dg.AssetKey:
    """Return the key of the asset that makes ``schema.name``; only raw keys hold their schema."""
    schema, name = table.split(".")
    return dg.AssetKey([schema, name] if schema == keys.RAW_GROUP else [name])


def _checks_of(contract: Contract) -> dg.AssetChecksDefinition:
    specs = [_spec(contract, rule) for rule in contract.all_rules]

    @dg.multi_asset_check(
        name=f"check_{contract.table.replace('.', '_')}",
        description=f"Hold {contract.table} to its contract.",
        specs=specs,
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
        for finding in findings:
            yield _result(contract, finding)

    return check


def _spec(contract: Contract, rule: Rule) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=rule.name,
        asset=asset_key(contract.table),
        description=f"{rule.words}. What the table means: {contract.meaning}",
        blocking=rule.blocking,
    )


def _result(contract: Contract, finding: Finding) -> dg.AssetCheckResult:
    rule = finding.rule
    metadata: dict[str, dg.MetadataValue] = {
        "rule": dg.MetadataValue.text(rule.words),
        "query": dg.MetadataValue.md(f"```sql\n{finding.query}\n```"),
    }
    if finding.failing_rows is not None:
        metadata["failing_rows"] = dg.MetadataValue.int(finding.failing_rows)
    if finding.rows_checked is not None:
        metadata["rows_checked"] = dg.MetadataValue.int(finding.rows_checked)
    if finding.note:
        metadata["note"] = dg.MetadataValue.text(finding.note)
    if len(finding.sample):
        metadata["sample"] = sample_table(finding.sample)
    return dg.AssetCheckResult(
        asset_key=asset_key(contract.table),
        check_name=rule.name,
        passed=finding.passed,
        severity=rule.severity,
        description=_description(finding),
        metadata=metadata,
    )


def _description(finding: Finding) -> str:
    if finding.failing_rows is None or finding.note:
        return finding.note
    if finding.passed:
        return finding.rule.sentence
    return f"{finding.failing_rows:,} offending rows; the rule: {finding.rule.words}"


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
