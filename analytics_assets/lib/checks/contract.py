"""The contract of a table: what dbt's YAML says of its columns, and the rules of its room."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analytics_assets.lib.checks.rules import (
    WARN,
    JudgedRule,
    RowRule,
    Rule,
    Verdict,
    follows_the_clock,
    key,
    not_null,
)
from analytics_assets.lib.tables import Table, table
from analytics_assets.lib.warehouse.columns import columns_query, differences

# The check of what the YAML says of a table, and of what a room adds to that.
AS_DESCRIBED = "the table is as described"


@dataclass(frozen=True)
class Contract:
    """What a table promises. Its columns, types, key and not-null columns stand in the YAML.

    Attributes:
        table: ``schema.name``.
        rules: what its rows keep beside that.
        amount: the column whose sum is the money in the table, so that a warning can say its share.
        key_advice: where a repeated key harms no number, and so only warns: what to do.
        checks_key: False where another table's contract says the same of the same rows.
        reads: tables that it is not made from and that its rules compare with; they come first.
    """

    table: str
    rules: tuple[Rule, ...] = ()
    amount: str = ""
    key_advice: str = ""
    checks_key: bool = True
    reads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        times = Counter(rule.sentence for rule in self.rules)
        repeated = [sentence for sentence, count in times.items() if count > 1]
        if repeated:
            raise ValueError(f"the contract of {self.table} has twice the rule {repeated[0]}")
        severities = Counter(name for name, _ in {(r.name, r.severity) for r in self.rules})
        mixed = [name for name, count in severities.items() if count > 1]
        if mixed:
            raise ValueError(
                f"the rules of one check must all block or all warn (got both in {mixed[0]} of "
                f"{self.table}). Next: make two checks of it"
            )

    @cached_property
    def described(self) -> Table:
        """The table as the YAML describes it.

        Raises:
            ValueError: a rule is on a column that the YAML does not know.
        """
        made = table(self.table)
        used = {c for rule in self.rules if isinstance(rule, RowRule) for c in rule.columns}
        unknown = sorted((used | set(made.key)) - set(made.columns))
        if unknown:
            raise ValueError(
                f"the rules of {self.table} must be on its columns, {list(made.columns)} (got "
                f"{unknown}). Next: mend the rule or describe the column in the YAML"
            )
        return made

    @cached_property
    def columns_rule(self) -> JudgedRule | None:
        """The rule that a raw table has its columns; what is built here has them anyway."""
        return _columns_rule(self.described) if self.described.group == "raw" else None

    @cached_property
    def rules_on_rows(self) -> tuple[Rule, ...]:
        """The rules from the YAML, then the room's own."""
        made = self.described
        from_yaml: list[Rule] = []
        if made.key and self.checks_key:
            from_yaml.append(
                key(made.key, severity=WARN, advice=self.key_advice)
                if self.key_advice
                else key(made.key, check=AS_DESCRIBED)
            )
        required = [name for name, column in made.columns.items() if column.not_null]
        if required and not made.made_by_dbt:
            from_yaml.append(not_null(*required, check=AS_DESCRIBED))
        if "as_of_date" in made.columns and "as_of_date" not in made.key:
            from_yaml.append(follows_the_clock(check=AS_DESCRIBED))
        return (*from_yaml, *self.rules)

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """The rule on the columns if there is one, then the others."""
        on_columns = () if self.columns_rule is None else (self.columns_rule,)
        return (*on_columns, *self.rules_on_rows)

    @cached_property
    def checks(self) -> dict[str, list[Rule]]:
        """The name of each check -> its rules."""
        found: dict[str, list[Rule]] = {}
        for rule in self.all_rules:
            found.setdefault(rule.name, []).append(rule)
        return found


def words(rules: Sequence[Rule]) -> str:
    """Return the rules of a check in words."""
    together = "; ".join(rule.words for rule in rules)
    return f"{rules[0].check}: {together}" if rules[0].check else together


def _columns_rule(described: Table) -> JudgedRule:
    def judge(rows: pd.DataFrame) -> Verdict:
        found = dict(zip(rows["column_name"], rows["data_type"], strict=True))
        differing = differences(described.types, found)
        if not found:
            return Verdict(differing, "the table does not exist")
        note = "; ".join(
            f"{row.column_name} must be {row.expected_type} (got {row.actual_type})"
            for row in differing.itertuples()
        )
        return Verdict(differing, note)

    return JudgedRule(
        "each column is there with its type",
        check=AS_DESCRIBED,
        explanation="other columns may stand beside them",
        query=lambda name, _: columns_query(name),
        judge=judge,
    )
