"""What a materialization of a dbt model says about itself, read once dbt has let go of the file."""

import datetime
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtCliRuntimeError, DbtCliInvocation

from analytics_assets.defs.raw.state import raw_orders_state
from analytics_assets.keys import RAW_STATE, STG_ORDERS
from analytics_assets.lib.charts.figures import known
from analytics_assets.lib.charts.picture import picture_folder
from analytics_assets.lib.dbt.pages import PAGES, Page, Scene
from analytics_assets.lib.warehouse.aggregates import aggregates
from analytics_assets.lib.warehouse.interface import Session, Warehouse
from analytics_assets.variables import Variables

_CLOCK = {
    "staging.stg_clock": {"as_of_date": "cast(max(as_of_date) as varchar)"},
    "staging.stg_orders": {"newest_event": "cast(max(order_day) as varchar)"},
}
_SECONDS = "Execution Duration"  # what dagster-dbt calls it


def described(
    invocation: DbtCliInvocation,
    warehouse: Warehouse,
    variables: Variables,
    log: logging.Logger,
    *,
    follows_the_clock: bool,
) -> Iterator[dg.Output[Any]]:
    """Yield what dbt built, with what each page shows.

    dagster-dbt's own row counts open the file in this process and keep it open. Models that were
    built before dbt failed are yielded before its error is raised, with their own figures only:
    the clock may not be there yet.
    """
    built: list[dg.Output[Any]] = []
    failure: DagsterDbtCliRuntimeError | None = None
    try:
        for event in invocation.stream():
            if isinstance(event, dg.Output):
                built.append(event)
    except DagsterDbtCliRuntimeError as error:
        failure = error
    nodes = {output.output_name: _node_of(output, invocation.manifest) for output in built}
    with warehouse.session() as session:
        clock = _clock(session) if follows_the_clock and built and not failure else {}
        scene = Scene(session, _date(clock), variables, picture_folder(warehouse), log)
        figures = _figures(session, [_table(node) for node in nodes.values()])
        shown = {
            name: {} if failure else _shown(scene, _table(node)) for name, node in nodes.items()
        }
        if STG_ORDERS.to_python_identifier() in shown:
            shown[STG_ORDERS.to_python_identifier()][RAW_STATE] = raw_orders_state(session) or ""
    for output in built:
        node = nodes[output.output_name]
        metadata = dict(output.metadata)
        seconds = metadata.pop(_SECONDS, None)
        yield dg.Output(
            value=None,
            output_name=output.output_name,
            metadata={
                **metadata,
                **({} if seconds is None else {"duration_seconds": seconds}),
                # A seed is the same on every day.
                **({} if node["resource_type"] == "seed" else known(clock)),
                **figures[_table(node)],
                **shown[output.output_name],
            },
        )
    if failure:
        raise failure


def _clock(session: Session) -> dict[str, Any]:
    facts = aggregates(session, _CLOCK)
    return {name: value for values in facts.values() for name, value in values.items()}


def _date(clock: Mapping[str, Any]) -> datetime.date | None:
    text = clock.get("as_of_date")
    return datetime.date.fromisoformat(text) if text else None


def _figures(session: Session, tables: list[str]) -> dict[str, dict[str, Any]]:
    """Return table -> figures of its page, rows first, all read in one statement."""
    wanted = {
        table: {"dagster/row_count": "count(*)", **PAGES.get(table, Page()).figures}
        for table in tables
    }
    return {table: known(values) for table, values in aggregates(session, wanted).items()}


def _shown(scene: Scene, table: str) -> dict[str, Any]:
    show = PAGES.get(table, Page()).show
    return dict(show(scene)) if show else {}


def _node_of(output: dg.Output[Any], manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    node: Mapping[str, Any] = manifest["nodes"][output.metadata["unique_id"].value]
    return node


def _table(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['alias']}"
