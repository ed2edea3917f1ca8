"""The contract of a table: what one row is, its columns, and the rules it keeps."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from analytics_assets.lib.checks.columns import columns_rule
from analytics_assets.lib.checks.rules.rule import JudgedRule, RowRule, Rule


@dataclass(frozen=True)
class Contract:
    """What a table promises.

    Attributes:
        table: ``schema.name``.
        meaning: where the documentation says what the table and its columns mean.
        key: the columns that tell its rows apart; samples show them.
        columns: name -> type of every column.
        rules: what its rows keep. They may compare with tables that this one is made from, and
            with those that land together with it: others need not exist yet.
        is_view: whether each statement that reads the table computes its rows anew.
    """

    table: str
    meaning: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    rules: tuple[Rule, ...]
    is_view: bool = False

    def __post_init__(self) -> None:
        names = Counter(rule.name for rule in self.all_rules)
        repeated = [name for name, times in names.items() if times > 1]
        if repeated:
            raise ValueError(f"the contract of {self.table} has two rules named {repeated[0]}")
        used = {c for rule in self.rules if isinstance(rule, RowRule) for c in rule.columns}
        unknown = sorted((used | set(self.key)) - set(self.columns))
        if unknown:
            raise ValueError(
                f"the contract of {self.table} has rules on {unknown}, which are none of its "
                f"columns: {list(self.columns)}"
            )

    @property
    def columns_rule(self) -> JudgedRule:
        """The rule that the table has these columns and types; the others suppose that it does."""
        return columns_rule(self.columns)

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """The rule on the columns, then the others."""
        return (self.columns_rule, *self.rules)
