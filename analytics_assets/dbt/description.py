"""What a materialization of a dbt model says about itself, read once dbt has let go of the file."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtCliRuntimeError, DbtCliInvocation

from analytics_assets.keys import RAW_STATE, STG_ORDERS
from analytics_assets.warehouse.interface import Warehouse
from analytics_assets.warehouse.raw_state import raw_orders_state
from analytics_assets.warehouse.row_counts import row_counts


def described(invocation: DbtCliInvocation, warehouse: Warehouse) -> Iterator[dg.Output[Any]]:
    """Yield what dbt built, with row counts.

    dagster-dbt's own row counts open the file in this process and keep it open. Models that were
    built before dbt failed are yielded before its error is raised.
    """
    built: list[dg.Output[Any]] = []
    failure: DagsterDbtCliRuntimeError | None = None
    try:
        for event in invocation.stream():
            if isinstance(event, dg.Output):
                built.append(event)
    except DagsterDbtCliRuntimeError as error:
        failure = error
    tables = {output.output_name: _table_of(output, invocation.manifest) for output in built}
    with warehouse.session() as session:
        counts = row_counts(session, list(tables.values()))
        extra = {STG_ORDERS.to_python_identifier(): {RAW_STATE: raw_orders_state(session) or ""}}
    for output in built:
        yield dg.Output(
            value=None,
            output_name=output.output_name,
            metadata={
                **output.metadata,
                **extra.get(output.output_name, {}),
                "dagster/row_count": counts[tables[output.output_name]],
            },
        )
    if failure:
        raise failure


def _table_of(output: dg.Output[Any], manifest: Mapping[str, Any]) -> str:
    node = manifest["nodes"][output.metadata["unique_id"].value]
    return f"{node['schema']}.{node['alias']}"
