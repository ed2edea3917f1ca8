"""``shop.yml``, beside a shop's files: what the files cannot say themselves."""

import codecs
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import Field, ValidationError, field_validator

from analytics_assets.intake.faults import LandingError
from analytics_assets.intake.formats import (
    LINES,
    OWN,
    Format,
    Strict,
    formats,
    plain,
    same,
)
from analytics_assets.intake.schema import STATUSES

NAME = "shop.yml"
DRAFT = f"{NAME}.draft"  # what make shop writes; no landing reads it


class ShopTable(Strict):
    """Files that no format knows: which they are, and which of their columns is which of ours.

    A column may be made of several: ``order_id: [CUSTOMER_ID, TRANSACTION_DT]`` joins them.
    """

    files: str
    columns: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("columns", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if isinstance(value, dict) and (empty := [key for key, to in value.items() if to is None]):
            raise ValueError(f"{', '.join(map(str, empty))}: must name a column of the file")
        return value


class ShopFile(Strict):
    """The settings of one shop; docs/raw_data.md says what each of them does."""

    format: str | None = None
    timezone: str | None = None
    separator: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[".", ","] | None = None
    dates: str | None = None
    encoding: str | None = None
    currency: str | None = Field(default=None, pattern="^[A-Za-z]{3}$")
    mode: Literal["full", "merge"] = "full"
    allow_fewer_orders: bool = False
    customers_by: Literal["customer_id", "email"] | None = None
    cents: bool | tuple[str, ...] = False
    guests: tuple[str, ...] = ()
    tables: Mapping[str, ShopTable] = Field(default_factory=dict)
    statuses: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str | None) -> str | None:
        if value is not None and value not in formats():
            raise ValueError(f"must be one of {', '.join(formats())}")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        try:
            return value and ZoneInfo(value).key
        except (ValueError, OSError, KeyError):
            raise ValueError("must be a time zone such as Europe/Berlin") from None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            return value and codecs.lookup(value).name
        except LookupError:
            raise ValueError("must be an encoding such as utf-8, latin-1 or cp1252") from None

    @field_validator("dates")
    @classmethod
    def _has_days(cls, value: str | None) -> str | None:
        parts = (("%d",), ("%m", "%b", "%B"), ("%Y", "%y"))
        if value is not None and not all(any(one in value for one in part) for part in parts):
            raise ValueError('must be a pattern with day, month and year, such as "%d.%m.%Y %H:%M"')
        return value

    @field_validator("tables")
    @classmethod
    def _known_tables(cls, value: Mapping[str, ShopTable]) -> Mapping[str, ShopTable]:
        sources = {**formats()[OWN].sources, **formats()[LINES].sources}
        for name, table in value.items():
            if name not in sources:
                raise ValueError(f"{_nearest(name, sources)}; must be of {', '.join(sources)}")
            for column in table.columns:
                if column not in sources[name].columns:
                    raise ValueError(
                        f"{name}: {_nearest(column, sources[name].columns)}; must be of "
                        f"{', '.join(sources[name].columns)}"
                    )
        return value

    @field_validator("guests", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        # YAML reads 0 as a number.
        return [str(one) for one in value] if isinstance(value, list) else value

    @field_validator("statuses", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        # YAML reads on, off, yes and no as booleans.
        if isinstance(value, dict):
            return {str(word): str(status) for word, status in value.items()}
        return value

    @field_validator("statuses")
    @classmethod
    def _known_statuses(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for word, status in value.items():
            if status not in STATUSES:
                raise ValueError(f"{word}: must be one of {', '.join(STATUSES)} (got {status!r})")
        return value

    def is_in_cents(self, column: str, header: str) -> bool:
        """Say whether the amounts of a column, called ``header`` in the file, are whole cents."""
        if isinstance(self.cents, bool):
            return self.cents
        return bool(same(self.cents) & {plain(column), plain(header)})

    def mapped(self, form: Format) -> Format:
        """Return a format with the files and columns of ``tables``."""
        if form.name not in (OWN, LINES):
            return form
        sources = dict(form.sources)
        for name in set(self.tables) & set(sources):
            columns = dict(sources[name].columns)
            for column, written in self.tables[name].columns.items():
                is_one = isinstance(written, str)
                columns[column] = columns[column].model_copy(
                    update={"headers": (written,)} if is_one else {"joined": written}
                )
            sources[name] = sources[name].model_copy(update={"columns": columns})
        return form.model_copy(update={"sources": sources})


def read_shop_file(folder: Path) -> ShopFile:
    """Return the settings beside the files, or all defaults where there is no shop.yml.

    Raises:
        LandingError: the file cannot be read, or a key or value is wrong.
    """
    path = folder / NAME
    if not path.exists():
        return ShopFile()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())[:300]
        raise LandingError((f"{NAME} cannot be read ({said}). Next: correct it",)) from None
    content = {} if content is None else content
    if not isinstance(content, dict):
        raise LandingError((f"{NAME} must be lines of `key: value` (got {content!r:.80})",))
    try:
        return ShopFile(**{str(key): value for key, value in content.items()})
    except ValidationError as error:
        raise LandingError(tuple(map(_explained, error.errors()))) from None


def _explained(problem: Any) -> str:
    place = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        fields = ShopTable.model_fields if len(problem["loc"]) > 1 else ShopFile.model_fields
        return f"{NAME}: {_nearest(place.rpartition('.')[2], fields)}"
    said = str(problem["msg"]).removeprefix("Value error, ")
    return f"{NAME}: {place}: {said} (got {problem['input']!r:.80}). Next: correct that line"


def _nearest(name: str, names: Any) -> str:
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    meant = f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
    return f"{name!r} is no known key; {meant}"
