"""What every Python asset starts and ends with: its definition, the clock, the table, its facts."""

import datetime
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import pandas as pd

from analytics_assets.lib.charts.page import facts
from analytics_assets.lib.tables import OWNERS, table
from analytics_assets.lib.warehouse.clock import newest_order, read_clock
from analytics_assets.lib.warehouse.interface import Session, Warehouse
from analytics_assets.variables import Variables


@dataclass(frozen=True)
class Build:
    """One table that a Python asset makes, in one session.

    Attributes:
        table: ``schema.name``.
        session: where to read and write.
        as_of_date: the last day that counts, as staging has it.
        facts: what the page of every table says: its rows, and when the session has ended the
            clock, the newest order and the seconds it took.
    """

    table: str
    session: Session
    as_of_date: datetime.date
    facts: dict[str, Any] = field(default_factory=dict)

    def write(self, frame: pd.DataFrame) -> None:
        """Make the table hold exactly ``frame``, with the described types and order.

        Raises:
            ValueError: the frame's columns are not exactly those that the YAML describes.
        """
        described = table(self.table)
        types = described.types
        if set(frame.columns) != set(types):
            raise ValueError(
                f"{self.table} must have the columns {list(types)} (got {list(frame.columns)}). "
                "Next: describe the column in the YAML, or compute it"
            )
        self.session.replace(self.table, frame[list(types)], types)
        meanings = {name: column.description for name, column in described.columns.items()}
        self.session.comment(self.table, described.description, meanings)
        self.facts["dagster/row_count"] = len(frame)


@contextmanager
def build(name: str, warehouse: Warehouse, variables: Variables) -> Iterator[Build]:
    """Open the session in which an asset makes ``schema.name``.

    Raises:
        ClockError: the staging tables stand at another day than this run asks for.
    """
    started = time.perf_counter()
    with warehouse.session() as session:
        made = Build(name, session, read_clock(session, variables.as_of_date))
        yield made
        newest = newest_order(session)
    made.facts.update(facts(made.as_of_date, newest, time.perf_counter() - started))


def python_asset(
    name: str, reads: Iterable[str]
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Return the decorator of the asset that makes a table in Python.

    Args:
        name: ``schema.name`` of the table.
        reads: ``schema.name`` of every table it is made from.
    """
    made = table(name)
    decorator: Callable[[Callable[..., Any]], dg.AssetsDefinition] = dg.asset(
        key=made.asset_key,
        deps=[table(other).asset_key for other in reads],
        group_name=made.group,
        owners=OWNERS,
        kinds={"python", "pandas"},
        description=made.description,
        metadata=made.metadata,
    )
    return decorator
