"""How a column of text is to be read: what its values look like, and what is made of them."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from analytics_assets.intake.formats import Kind
from analytics_assets.intake.shop_file import ShopFile

SAMPLE = 2000

# What exports write where there is nothing. In a column of ids any of them may be an id.
_NOTHING = (
    *("null", "(null)", r"\n", "nil", "none", "nan", "nat", "na", "n/a", "n.a.", "#n/a"),
    *("-", "--", "\u2013", "\u2014", "0000-00-00", "0000-00-00 00:00:00"),
)
_IDS: frozenset[Kind] = frozenset({"id", "text", "json"})

# What is asked of each kind of column: name of the question -> SQL condition on ``{v}``.
Questions = Mapping[Kind, Mapping[str, str]]


def is_nothing(value: str) -> str:
    """Return the SQL condition that a text is a word for nothing, such as NULL or N/A."""
    # One search in one text: a list of so many values is dear to plan and to look through.
    words = "|".join(("", *_NOTHING, ""))
    return f"contains('{words}', '|' || lower(trim({value})) || '|')"


def is_filled(value: str) -> str:
    """Return the SQL condition that a text is neither blank nor a word for nothing."""
    return f"trim({value}) <> '' and not {is_nothing(value)}"


@dataclass(frozen=True)
class ValueRule:
    """A condition, in SQL, under which a value cannot land, and the reason to give."""

    condition: str
    reason: str


@dataclass(frozen=True)
class Typed:
    """How one column is made of its text.

    Attributes:
        value: SQL of the column's type; NULL where a rule is broken, never an error.
        rules: in the order in which they are tried.
        rounded: SQL condition under which ``value`` is not exactly what was read, or None.
        notice: what was understood, for people; None where nothing needs saying.
        broken: SQL condition that is true where any rule is, if there is a cheaper one than all.
    """

    value: str
    rules: tuple[ValueRule, ...] = ()
    rounded: str | None = None
    notice: str | None = None
    broken: str | None = None


@dataclass(frozen=True)
class Reading:
    """What decides how values are read beside the values.

    Attributes:
        shop: the settings beside the files.
        business_timezone: into which times with a zone are converted.
        keeps_offset: times with an offset are local already.
        is_text: the values come from text files; Parquet has types of its own.
    """

    shop: ShopFile
    business_timezone: str
    keeps_offset: bool
    is_text: bool


class Look:
    """What the values of one table of text look like; of a large one, of a sample from all over."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: str,
        kinds: Mapping[str, Kind],
        questions: Questions,
    ) -> None:
        self.connection = connection
        self.table = table
        self._kinds = kinds
        self.questions = questions
        asked = {
            (name, question): condition.replace("{v}", f'"{name}"')
            for name, kind in kinds.items()
            for question, condition in questions.get(kind, {}).items()
        }
        counts = "".join(
            f', count(case when "{name}" is not null and ({condition}) then 1 end)'
            for (name, _), condition in asked.items()
        )
        given = "".join(
            f", case when {is_given(kind, quoted)} then {quoted} end as {quoted}"
            for quoted, kind in ((f'"{name}"', kind) for name, kind in kinds.items())
        )
        [(total,)] = connection.execute(f"select count(*) from {table}").fetchall()
        every = total // SAMPLE
        where = f" where rowid % {every} = 0" if every > 2 else ""
        [found] = connection.execute(
            f"select count(*){counts} from (select rowid{given} from {table}{where})"
        ).fetchall()
        self._counts = dict(zip(asked, found[1:], strict=True))

    def count(self, name: str, question: str) -> int:
        """Return how many of a column's values in the sample a question is true of."""
        return int(self._counts[name, question])

    @functools.cached_property
    def ids_are_bare(self) -> bool:
        """Whether no id of the table has blanks around it: one look saves every later one."""
        ids = [name for name, kind in self._kinds.items() if kind == "id"]
        bare = " and ".join(is_bare(f'"{name}"') for name in ids)
        [(others,)] = self.connection.execute(
            f"select count(*) from {self.table} where not ({bare})"
        ).fetchall()
        return not others


@dataclass(frozen=True)
class Column:
    """One column of text, and what decides how it is read.

    Attributes:
        look: what the values of its table look like.
        name: in the table of text.
        kind: what its values are.
        header: in the files, for messages.
        reading: see there.
        decimal: the sign before the cents.
    """

    look: Look
    name: str
    kind: Kind
    header: str
    reading: Reading
    decimal: str = "."

    @property
    def text(self) -> str:
        """The SQL of its values as they were read."""
        return f'"{self.name}"'

    def count(self, question: str) -> int:
        """Return how many of its values in the sample a question is true of."""
        return self.look.count(self.name, question)

    def are_all(self, question: str) -> bool:
        """Say whether a question is true of each of all its values, and there are some."""
        if not self.count("any") or self.count("any") != self.count(question):
            return False
        condition = self.look.questions[self.kind][question].replace("{v}", "v")
        count, meeting = self.everywhere(condition)
        return count == meeting

    def everywhere(self, *conditions: str) -> list[int]:
        """Count all its values, and those that meet each condition on ``v``."""
        listed = "".join(f", count(case when {condition} then 1 end)" for condition in conditions)
        [found] = self._ask(f"select count(*){listed} from {self._values}")
        return [int(count) for count in found]

    def example(self, condition: str) -> str:
        """Return the smallest value that meets a condition on ``v``."""
        [(found,)] = self._ask(f"select min(v) from {self._values} and ({condition})")
        return str(found)

    def words(self, most: int) -> dict[str, int]:
        """Return the words in its values, in lower case, with their rows; the commonest."""
        found = self._ask(
            f"""
            select word, count(*) from (
                select unnest(list_distinct(regexp_extract_all(lower(v), '\\p{{L}}+'))) as word
                from {self._values}
            ) group by word order by count(*) desc, word limit {most}
            """
        )
        return {str(word): int(count) for word, count in found}

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return self.look.connection.execute(query).fetchall()

    @property
    def _values(self) -> str:
        rows = f"(select {self.text} as v from {self.look.table})"
        return f"{rows} where {is_given(self.kind, 'v')}"


def is_given(kind: Kind, value: str) -> str:
    """Return the SQL condition that a text of a kind of column says something."""
    return f"trim({value}) <> ''" if kind in _IDS else is_filled(value)


def is_bare(value: str) -> str:
    """Return a cheap condition: nothing but ASCII, and neither end is a blank."""
    return (
        f"(strlen({value}) = length({value}) and {value} >= '!' and substring({value}, -1) >= '!')"
    )
