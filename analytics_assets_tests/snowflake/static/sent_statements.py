"""What sends SQL to the warehouse, each as a function that makes it send all it has."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pandas as pd
from recording import DAY, RecordingSession

from analytics_assets.command.smoke_totals import found_totals
from analytics_assets.definitions import contracts, room_modules
from analytics_assets.defs.cohorts.counts import cohort_counts
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts, product_names
from analytics_assets.defs.products.scorecard_queries import (
    RELATED_PAIR_COLUMNS,
    create_lists,
    scorecard_counts,
)
from analytics_assets.defs.products.votes import create_votes, drop_votes, product_votes_query
from analytics_assets.defs.raw.state import raw_orders_state
from analytics_assets.lib.charts.page import Scene, describe
from analytics_assets.lib.checks.evaluation import evaluate
from analytics_assets.lib.warehouse.aggregates import row_counts
from analytics_assets.lib.warehouse.clock import newest_order, read_clock
from analytics_assets.lib.warehouse.snowflake import SnowflakeSession
from analytics_assets.settings import load_settings

CONTRACTS = contracts()
VARIABLES = load_settings({}).variables
_WINDOW = BasketWindow(DAY, 90, 1, excluded_product_ids=("it's",))
Sender = Callable[[RecordingSession], object]


def clock(session: RecordingSession) -> None:
    read_clock(session)
    newest_order(session)


def affinity(session: RecordingSession) -> None:
    basket_counts(session, _WINDOW)
    product_names(session)


def cohorts(session: RecordingSession) -> None:
    for basis in ("signup", "first_order"):
        cohort_counts(session, basis)


def forecast(session: RecordingSession) -> None:
    purchase_histories(session, DAY)


def scorecard(session: RecordingSession) -> None:
    columns = (*RELATED_PAIR_COLUMNS, "affinity_strength")
    create_lists(session, _WINDOW, pd.DataFrame({name: [] for name in columns}))
    scorecard_counts(session, _WINDOW)


def votes(session: RecordingSession) -> None:
    create_votes(session, _WINDOW)
    query = product_votes_query(DAY)
    session.execute(f"create or replace table analytics.product_votes as {query}")
    drop_votes(session)


def sensors(session: RecordingSession) -> None:
    raw_orders_state(session)
    row_counts(session, [contract.table for contract in CONTRACTS])


def pages(session: RecordingSession) -> None:
    every = {
        table: page
        for module in room_modules()
        for table, page in getattr(module, "PAGES", {}).items()
    }
    describe(Scene(session, VARIABLES, None, logging.getLogger(__name__)), every)


READERS: dict[str, Sender] = {
    sender.__name__: sender
    for sender in (clock, affinity, cohorts, forecast, scorecard, votes, sensors, pages)
}
READERS["totals"] = found_totals
CHECKS: dict[str, Sender] = {
    contract.table: lambda session, contract=contract: list(evaluate(session, contract, VARIABLES))
    for contract in CONTRACTS
}


def statements_of_replace(table: str, columns: Mapping[str, str]) -> list[str]:
    """Return what ``SnowflakeSession.replace`` sends beside the rows."""
    sent: list[str] = []
    described = SimpleNamespace(description=[], fetchall=list)

    @contextmanager
    def cursor() -> Iterator[Any]:
        yield SimpleNamespace(execute=lambda sql: sent.append(sql) or described)

    session = SnowflakeSession(SimpleNamespace(cursor=cursor))  # type: ignore[arg-type]
    session.replace(table, pd.DataFrame({name: [] for name in columns}), columns)
    return sent
