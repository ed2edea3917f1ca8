"""What a rule is: a sentence, a severity, and the SQL that finds the rows that break it.

There are three shapes. Rules over one row fold into a single scan of the table; rules over a whole
table each have a query that returns what breaks them; the few that SQL cannot decide read rows and
judge them in Python.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass

import pandas as pd
from dagster import AssetCheckSeverity

from analytics_assets.variables import Variables

ERROR = AssetCheckSeverity.ERROR
WARN = AssetCheckSeverity.WARN

Sql = str | Callable[[Variables], str]


@dataclass(frozen=True)
class Rule:
    """What every rule has.

    Attributes:
        sentence: the rule in words; the check is named after it.
        explanation: a formula or what the rule is for, where the sentence alone does not say.
        severity: ERROR stops what is built from the table; WARN reports what later steps handle.
    """

    sentence: str
    _: KW_ONLY
    explanation: str = ""
    severity: AssetCheckSeverity = ERROR

    @property
    def name(self) -> str:
        """The sentence as a check name."""
        return re.sub(r"[^a-z0-9]+", "_", self.sentence.lower()).strip("_")

    @property
    def words(self) -> str:
        """The sentence and its explanation."""
        return f"{self.sentence}: {self.explanation}" if self.explanation else self.sentence

    @property
    def blocking(self) -> bool:
        """Whether a failure stops what is built from the table."""
        return self.severity is ERROR


@dataclass(frozen=True)
class RowRule(Rule):
    """A rule that each row keeps or breaks by itself.

    Attributes:
        columns: what a sample shows beside the key.
        violation: a boolean SQL expression, true where the row breaks the rule. NULL counts as
            kept, so a rule that forbids NULL says so.
    """

    columns: tuple[str, ...]
    violation: Sql


@dataclass(frozen=True)
class TableRule(Rule):
    """A rule about a table as a whole.

    Attributes:
        offending: from the table's ``schema.name`` and the variables to a query whose rows are
            what breaks the rule.
    """

    offending: Callable[[str, Variables], str]


@dataclass(frozen=True)
class Verdict:
    """What a judged rule found: the offending rows, and a note where there is more to say."""

    offending: pd.DataFrame
    note: str = ""


@dataclass(frozen=True)
class JudgedRule(Rule):
    """A rule that Python decides from the rows of a small query.

    Attributes:
        query: from the table's ``schema.name`` and the variables to the query.
        judge: from the query's rows to what is wrong with them.
    """

    query: Callable[[str, Variables], str]
    judge: Callable[[pd.DataFrame], Verdict]


def listed(columns: Sequence[str]) -> str:
    """Return the start of a sentence about columns: 'a is', 'a and b are', 'a, b and c are'."""
    *others, last = columns
    return f"{', '.join(others)} and {last} are" if others else f"{last} is"


def sql_text(sql: Sql, variables: Variables) -> str:
    """Return the SQL, made from the variables where it depends on them."""
    return (sql if isinstance(sql, str) else sql(variables)).strip()
