"""Formats as data: one YAML file per platform says what its files are and how they become raw rows.

A format names its *sources* (kinds of files, each with its columns) and, per raw table, one SELECT
over these sources. The SELECT is a Jinja template of SQL that DuckDB and Snowflake both run:
``{{ source('orders') }}`` is a relation with every declared column, typed, NULL where the file has
it not, and ``_row``, the row it came from; ``{{ has('orders', 'x') }}`` says whether the file has
it; ``{{ money(x) }}`` and ``{{ number(x, type) }}`` are casts that give NULL instead of an error;
``{{ numbered(x) }}`` is ``x`` and the place of the row among those of the same ``x``.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jinja2
import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

FOLDER = Path(__file__).parent / "formats"

Kind = Literal[
    "id",
    "text",
    "email",
    "amount",
    "discount",
    "quantity",
    "percent",
    "rate",
    "whole",
    "time",
    "day",
    "flag",
    "json",
]
SQL_TYPES: Mapping[Kind, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "email": "VARCHAR",
    "amount": "DECIMAL(18,2)",
    "discount": "DECIMAL(18,2)",
    "quantity": "DECIMAL(14,3)",
    "percent": "DECIMAL(5,2)",
    "rate": "DECIMAL(18,10)",
    "whole": "INTEGER",
    "time": "TIMESTAMP",
    "day": "DATE",
    "flag": "BOOLEAN",
    "json": "VARCHAR",
}


class Strict(BaseModel):
    """A model that knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceColumn(Strict):
    """One column of a source.

    Attributes:
        kind: what its values are; decides how text is read and what is refused. A ``discount`` is
            an amount that is taken off, whatever its sign; Square's, of sales and refunds, is none.
        headers: what it is called in files, the first one found wins; empty: its own name, or
            ``joined``.
        filled: a row without a value here is quarantined.
        path: for elements of an array: where in the element it is, such as ``price`` or ``a.b``.
        joined: several headers whose values, joined by a dash (times: by a blank), are the value.
    """

    kind: Kind = "text"
    headers: tuple[str, ...] = ()
    filled: bool = False
    path: str | None = None
    joined: tuple[str, ...] = ()


class Elements(Strict):
    """A source that is a JSON array in a column of another source."""

    source: str
    column: str


class LeftOut(Strict):
    """Rows of a source that are none of its kind: a condition in SQL, and why, for people."""

    when: str
    because: str


class Source(Strict):
    """One kind of file.

    Attributes:
        identified_by: a file that has all these headers is of this kind.
        needed: headers without which the file is refused, beside ``identified_by``.
        named: the file's name begins with this; empty: any name.
        elements: the rows are elements of an array instead.
        leave_out: rows that are left out, counted and named.
        whole: column of an order whose rows have no key of their own: what stands in two files of
            such a source was exported twice.
        of_whole: columns that say something of the whole order, and so the same in all its rows.
        keyed_by: a column that is such a key where the files have it.
        columns: the columns by the name that the format's SQL uses.
    """

    identified_by: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    named: str = ""
    elements: Elements | None = None
    leave_out: tuple[LeftOut, ...] = ()
    whole: str = ""
    of_whole: tuple[str, ...] = ()
    keyed_by: str = ""
    columns: Mapping[str, SourceColumn]

    def headers_of(self, column: str) -> tuple[str, ...]:
        """Return the headers under which a column may stand, the preferred one first."""
        return self.columns[column].headers or (column,)


class Mapped(Strict):
    """How a raw table is made: the sources it cannot do without, and the SELECT.

    Of returns, a row without order_id is matched to the newest earlier order of ``_customer_id``
    that holds the product with enough quantity left, else it gets ``_else_order_id``.
    """

    needs: tuple[str, ...]
    sql: str


class Format(Strict):
    """One platform; see the module.

    Attributes:
        name: what shop.yml calls it.
        title: what people call it.
        notices: what a person should know of every landing of this format.
        keeps_offset: times with an offset are the shop's own local time and stay as they are.
        statuses: words that mean something else here than everywhere.
        sources: the kinds of files.
        tables: how each raw table is made; of several ways the first whose sources are there.
    """

    name: str
    title: str
    notices: tuple[str, ...] = ()
    keeps_offset: bool = False
    statuses: Mapping[str, str] = Field(default_factory=dict)
    sources: Mapping[str, Source]
    tables: Mapping[str, tuple[Mapped, ...]]

    @field_validator("tables", mode="before")
    @classmethod
    def _ways(cls, value: Any) -> Any:
        return {name: way if isinstance(way, list) else [way] for name, way in value.items()}

    def mapped(self, table: str, found: Container[str]) -> Mapped | None:
        """Return how a raw table is made of the sources found; None where they do not suffice."""
        ways = self.tables.get(table, ())
        return next((way for way in ways if all(need in found for need in way.needs)), None)


@cache
def formats() -> Mapping[str, Format]:
    """Return every format that the package knows, by name; the project's own four files last."""
    read = [Format(**yaml.safe_load(path.read_text())) for path in sorted(FOLDER.glob("*.yml"))]
    return {form.name: form for form in sorted(read, key=lambda form: form.name == OWN)}


OWN = "own"
LINES = "lines"


def plain(header: str) -> str:
    """Return a header as it is compared: case, blanks, hyphens and underscores ignored."""
    bare = re.sub(r"[\W_]+", "", header.lower())
    return bare.replace("cancelled", "canceled") or header.strip().lower()


def same(headers: Iterable[str]) -> set[str]:
    """Return headers as they are compared."""
    return {plain(header) for header in headers}


def find(source: Source, headers: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the places in ``headers`` of each column of ``source`` that a file has."""
    exact = {header.strip().lower(): place for place, header in reversed([*enumerate(headers)])}
    places = {plain(header): place for place, header in reversed([*enumerate(headers)])}
    found: dict[str, tuple[int, ...]] = {}
    for name, column in source.columns.items():
        if column.joined:
            if same(column.joined) <= places.keys():
                found[name] = tuple(places[plain(part)] for part in column.joined)
            continue
        for header in source.headers_of(name):
            place = exact.get(header.lower(), places.get(plain(header)))
            if place is not None:
                found[name] = (place,)
                break
    return found


def render(
    sql: str,
    relation: Callable[[str], str],
    has: Callable[[str, str], bool],
    engine: Literal["duckdb", "snowflake"],
) -> str:
    """Return a format's SELECT for an engine.

    ``relation`` gives the SQL of a source; ``has`` says whether a source has a column.
    """

    def number(value: str, kind: str) -> str:
        if engine == "duckdb":
            return f"try_cast({value} as {kind})"
        return f"try_cast(cast({value} as varchar) as {kind})"

    def product(quantity: str, price: str) -> str:
        return number(f"cast({quantity} as decimal(20,3)) * {price}", SQL_TYPES["amount"])

    def numbered(order: str, row: str = "_row") -> str:
        place = f"row_number() over (partition by {order} order by {row})"
        return f"{order} || '-' || cast({place} as varchar)"

    def json(value: str, path: str) -> str:
        if engine == "duckdb":
            return f"json_extract_string({value}, '$.{path}')"
        return f"cast(get_path(parse_json({value}), '{path}') as varchar)"

    template = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False).from_string(  # noqa: S701 - SQL
        sql
    )
    return template.render(
        source=relation,
        has=has,
        number=number,
        json=json,
        product=product,
        numbered=numbered,
        money=lambda value: number(value, SQL_TYPES["amount"]),
    )
