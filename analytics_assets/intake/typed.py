"""How a column of text is to be read: what its values look like, and what is made of them."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

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
class Rule:
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
    rules: tuple[Rule, ...] = ()
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
        self._connection = connection
        self._table = table
        self._kinds = kinds
        self._questions = questions
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
            f", case when {self._given(name, quoted)} then {quoted} end as {quoted}"
            for name, quoted in ((name, f'"{name}"') for name in kinds)
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
        [(others,)] = self._connection.execute(
            f"select count(*) from {self._table} where not ({bare})"
        ).fetchall()
        return not others

    def are_all(self, name: str, question: str) -> bool:
        """Say whether a question is true of each value of the whole column, and there are some."""
        if not self.count(name, "any") or self.count(name, "any") != self.count(name, question):
            return False
        condition = self._questions[self._kinds[name]][question].replace("{v}", "v")
        count, meeting = self.everywhere(name, condition)
        return count == meeting

    def everywhere(self, name: str, *conditions: str) -> list[int]:
        """Count all values of a column, and those that meet each condition on ``v``."""
        listed = "".join(f", count(case when {condition} then 1 end)" for condition in conditions)
        [found] = self._connection.execute(
            f"select count(*){listed} from {self._values(name)}"
        ).fetchall()
        return [int(count) for count in found]

    def example(self, name: str, condition: str) -> str:
        """Return the smallest value that meets a condition on ``v``."""
        [(found,)] = self._connection.execute(
            f"select min(v) from {self._values(name)} and ({condition})"
        ).fetchall()
        return str(found)

    def words(self, name: str, most: int) -> dict[str, int]:
        """Return the words in a column's values, in lower case, with their rows; the commonest."""
        rows = self._connection.execute(
            f"""
            select word, count(*) from (
                select unnest(list_distinct(regexp_extract_all(lower(v), '\\p{{L}}+'))) as word
                from {self._values(name)}
            ) group by word order by count(*) desc, word limit {most}
            """
        ).fetchall()
        return {str(word): int(count) for word, count in rows}

    def _values(self, name: str) -> str:
        return f'(select "{name}" as v from {self._table}) where {self._given(name, "v")}'

    def _given(self, name: str, value: str) -> str:
        return f"trim({value}) <> ''" if self._kinds[name] in _IDS else is_filled(value)


def is_bare(value: str) -> str:
    """Return a cheap condition: nothing but ASCII, and neither end is a blank."""
    return (
        f"(strlen({value}) = length({value}) and {value} >= '!' and substring({value}, -1) >= '!')"
    )
