"""Rules: a sentence, a severity, and the SQL that finds the rows that break it.

A rule is for what bad, late or missing data, a half-done write or a lagging neighbour can break;
what only wrong code can break is a test. There are three shapes: rules over one row fold into one
scan of the table; rules over a whole table each have a query that returns what breaks them, and
some of these a small part of the money may break; the few that SQL cannot decide read rows and
judge them in Python. Below the shapes stand the kinds of rules
that tables share; a rule on one particular table belongs in its room.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TypedDict, Unpack

import pandas as pd
from dagster import AssetCheckSeverity

from analytics_assets.variables import Variables

ERROR = AssetCheckSeverity.ERROR
WARN = AssetCheckSeverity.WARN

# The one clock, as SQL that any rule on a row can use.
AS_OF_DATE = "(select as_of_date from staging.stg_clock)"

Sql = str | Callable[[Variables], str]


class Options(TypedDict, total=False):
    """What every kind of rule takes beside its own arguments; `Rule` says what each means."""

    check: str
    explanation: str
    severity: AssetCheckSeverity
    advice: str
    amount: str
    among: str


@dataclass(frozen=True)
class Rule:
    """What every rule has.

    Attributes:
        sentence: the rule in words; the check is named after it.
        check: the words of a check of several rules of one severity, which is named after these.
        explanation: a formula or what the rule is for, where the sentence alone does not say.
        severity: ERROR stops what is built from the table, or fails the run where nothing is;
            WARN reports what later steps handle.
        advice: of a warning, what follows from it and what to do, in a sentence.
        amount: a column of the offending rows whose sum says how much money they hold.
        among: a query of one number, of how many rows the offending ones are; of the table's rows,
            if empty.
    """

    sentence: str
    _: KW_ONLY
    check: str = ""
    explanation: str = ""
    severity: AssetCheckSeverity = ERROR
    advice: str = ""
    amount: str = ""
    among: str = ""

    def __post_init__(self) -> None:
        if self.severity is WARN and not self.advice:
            raise ValueError(f"the rule {self.sentence!r} warns, so it must give advice")

    @property
    def name(self) -> str:
        """The name of the check that the rule is, or is part of."""
        return re.sub(r"[^a-z0-9]+", "_", (self.check or self.sentence).lower()).strip("_")

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
class KeyRule(TableRule):
    """The rule that ``columns`` tell rows apart; ``key`` makes it.

    Attributes:
        columns: the key.
    """

    columns: tuple[str, ...] = ()

    @property
    def surplus(self) -> str | None:
        """SQL over the table's rows: how many there are beyond one per key, 0 where it is kept.

        It needs no scan of its own. None for a key of several columns.
        """
        if len(self.columns) > 1:
            return None
        return f"count(*) - count(distinct {_bare(self.columns[0])})"


@dataclass(frozen=True)
class TolerantRule(TableRule):
    """A rule that a small part of the table may break: then it warns, and beyond it blocks.

    The part is that of the money, ``amount`` of the offending rows in ``Contract.amount``, both
    without their signs; of the rows with ``by_rows``, or where the table holds no money. The
    variable tolerated_share says how large it may be.

    Attributes:
        by: a column of the offending rows. A finding names its values, each with its rows and
            their amount, and ``<value>`` in the advice is the one with the largest.
        by_rows: count rows, where amounts cannot be added up.
    """

    by: str = ""
    by_rows: bool = False


@dataclass(frozen=True)
class Verdict:
    """What a judged rule found.

    Attributes:
        offending: the rows that break the rule.
        note: what else there is to say.
        message: said instead of how many rows offend, where rows are not what it is about.
        is_tolerated: whether the rule is broken by so little that it only warns.
    """

    offending: pd.DataFrame
    note: str = ""
    message: str = ""
    is_tolerated: bool = False


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


def key(columns: Sequence[str], **options: Unpack[Options]) -> KeyRule:
    """Return the rule that ``columns`` tell rows apart: never NULL or blank, no two rows alike.

    The offending rows are the keys at fault, with the number of rows that share each. Texts are
    compared without the blanks around them; case counts ('15056bl' and '15056BL' are two).
    """
    names = ", ".join(columns)
    trimmed = ", ".join(f"{_bare(column)} as {column}" for column in columns)
    missing = " or ".join(f"{column} is null" for column in columns)
    options.setdefault("explanation", names)
    return KeyRule(
        "the key is unique and never missing",
        columns=tuple(columns),
        offending=lambda table, _: (
            f"select {names}, count(*) as row_count\n"
            f"from (select {trimmed} from {table}) as keys\n"
            f"group by {names}\n"
            f"having count(*) > 1 or {missing}"
        ),
        **options,
    )


def _bare(column: str) -> str:
    return f"nullif(trim(cast({column} as varchar)), '')"


def not_null(*columns: str, **options: Unpack[Options]) -> RowRule:
    """Return the rule that none of ``columns`` is ever NULL; more than three are 'required'."""
    many = len(columns) > 3
    options.setdefault("explanation", ", ".join(columns) if many else "")
    return RowRule(
        "required columns are never null" if many else f"{listed(columns)} never null",
        columns=columns,
        violation=" or ".join(f"{column} is null" for column in columns),
        **options,
    )


def in_range(
    *columns: str,
    minimum: float | None = None,
    maximum: float | None = None,
    **options: Unpack[Options],
) -> RowRule:
    """Return the rule that ``columns`` are from ``minimum`` to ``maximum``, both included.

    NULL is in every range. NaN counts as greater than every number, as both engines order it.

    Raises:
        ValueError: without any bound the rule could not fail.
    """
    outside, allowed = [], []
    if minimum is not None:
        outside += [f"{column} < {minimum}" for column in columns]
        allowed.append(f"from {minimum}")
    if maximum is not None:
        outside += [f"{column} > {maximum}" for column in columns]
        allowed.append(f"to {maximum}")
    if not outside:
        raise ValueError(f"in_range{columns} must have a bound: give a minimum or a maximum")
    options.setdefault("explanation", " ".join(allowed))
    return RowRule(
        f"{listed(columns)} in range",
        columns=columns,
        violation=" or ".join(outside),
        **options,
    )


def expression(
    sentence: str,
    holds: Sql,
    columns: Sequence[str],
    *,
    null_fails: bool = False,
    **options: Unpack[Options],
) -> RowRule:
    """Return the rule that the boolean SQL ``holds`` is true in every row.

    Where it is NULL the rule is kept, unless ``null_fails``. ``columns`` are those that the
    expression is about; a sample shows them.
    """
    otherwise = "false" if null_fails else "true"
    return RowRule(
        sentence,
        columns=tuple(columns),
        violation=lambda variables: f"not coalesce(({sql_text(holds, variables)}), {otherwise})",
        **options,
    )


def has_rows(**options: Unpack[Options]) -> TableRule:
    """Return the rule that the table is not empty."""
    return TableRule(
        "the table has rows",
        offending=lambda table, _: (
            "select row_count\n"
            f"from (select count(*) as row_count from {table}) as counted\n"
            "where row_count = 0"
        ),
        **options,
    )


def references(
    sentence: str,
    column: str,
    other_table: str,
    *,
    shown: Sequence[str] = (),
    **options: Unpack[Options],
) -> TableRule:
    """Return the rule that each value of ``column`` is in the same column of ``other_table``.

    NULL refers to nothing and is kept. A sample shows the columns ``shown`` and the reference.
    """
    selected = ", ".join(dict.fromkeys((*shown, column)))
    options.setdefault("explanation", f"{column} is in {other_table}, or NULL")
    return TableRule(
        sentence,
        # Not `not exists`: DuckDB would build the join's table of the larger side.
        offending=lambda table, _: (
            f"select {selected}\n"
            f"from {table}\n"
            f"where {column} is not null and {column} not in (\n"
            f"    select {column} from {other_table} where {column} is not null\n)"
        ),
        **options,
    )


def same_rows(
    sentence: str, columns: Sequence[str], expected: Sql, **options: Unpack[Options]
) -> TableRule:
    """Return the rule that the table has the rows of ``expected``, no more and no fewer.

    Both sides are compared in ``columns``; a row that one side lacks, or that differs, is an
    offending row, and ``side`` says where it stands. It is how a table that lags behind its
    neighbours is found.
    """
    names = ", ".join(columns)
    return TableRule(
        sentence,
        offending=lambda table, variables: (
            f"with actual_rows as (select {names} from {table}),\n"
            f"expected_rows as (\n    select {names}\n"
            f"    from (\n{sql_text(expected, variables)}\n) as expected\n)\n"
            f"select 'missing' as side, {names} from (\n"
            "    select * from expected_rows except select * from actual_rows\n) as missing\n"
            "union all\n"
            f"select 'not expected' as side, {names} from (\n"
            "    select * from actual_rows except select * from expected_rows\n) as surplus"
        ),
        **options,
    )


def no_rows(sentence: str, query: Sql, **options: Unpack[Options]) -> TableRule:
    """Return the rule that ``query``, which selects what breaks it, has no rows.

    A comparison of two tables must also return what one of them lacks: an outer join with
    ``a <> b`` alone is silent about a missing row.
    """
    return TableRule(sentence, offending=lambda _, variables: sql_text(query, variables), **options)


def follows_the_clock(**options: Unpack[Options]) -> RowRule:
    """Return the rule that the table was built for the day at which the staging tables stand."""
    return expression(
        "as_of_date is that of the clock",
        f"as_of_date = {AS_OF_DATE}",
        ["as_of_date"],
        null_fails=True,
        **options,
    )
