"""Runs dbt inside this process: a further command costs a fraction of a second, not a start-up."""

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analytics_assets.errors import AnalyticsError
from analytics_assets.lib.dbt.project import arguments, finished, parse, variable_arguments
from analytics_assets.lib.warehouse.duckdb_file import DISK_FULL, MORE_MEMORY
from analytics_assets.settings import Settings
from analytics_assets.variables import Variables

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

Report = Callable[[str], None]


class DbtError(AnalyticsError):
    """dbt could not build; the message begins with the model and the database's own words."""


@dataclass(frozen=True)
class Node:
    """What became of one model, seed or test.

    Attributes:
        unique_id: dbt's name of it.
        name: its short name.
        status: ``success``, ``pass``, ``warn``, ``fail``, ``error`` or ``skipped``.
        message: what dbt says of it; empty where there is nothing to say.
        seconds: how long it took.
        failures: of a test, the number of failing rows; None for others.
        sql: what dbt sent, with every name resolved.
    """

    unique_id: str
    name: str
    status: str
    message: str
    seconds: float
    failures: int | None
    sql: str

    @property
    def built(self) -> bool:
        """Whether it is a model or seed that stands as it should."""
        return self.status == "success"


@dataclass(frozen=True)
class BuildResult:
    """What one command built, and the error that ended it, if one did."""

    nodes: Sequence[Node]
    error: DbtError | None


@dataclass
class DbtRunner:
    """dbt in this process; the project is parsed once and given to each command.

    Attributes:
        settings: where the project's database and folders are.
    """

    settings: Settings
    _manifest: "Manifest | None" = field(default=None, repr=False)

    def build(
        self, names: Sequence[str], variables: Variables, run_id: str, report: Report
    ) -> BuildResult:
        """Build models and seeds, and run tests, that are named; nothing else.

        The database is closed again when this returns. An interruption passes through.

        Args:
            names: their short names.
            variables: given to dbt whole, so that nothing is left to its own defaults.
            run_id: the Dagster run, which Snowflake's query tags name.
            report: called with one sentence as each of them finishes.
        """
        return self._invoke(
            [
                *("build", "--no-write-json", "--indirect-selection", "empty"),
                # What stands in the schemas of other steps is of no concern to this one.
                "--cache-selected-only",
                *("--exclude-resource-type", "unit_test"),
                *("--exclude-resource-type", "exposure"),
                *("--select", *names),
                *variable_arguments(self.settings, variables, run_id),
            ],
            report,
        )

    def _invoke(self, command: Sequence[str], report: Report) -> BuildResult:
        from dbt.cli.main import dbtRunner  # noqa: PLC0415 - seconds, paid by runs of dbt only

        if self._manifest is None:
            self._manifest = parse(self.settings)

        def tell(event: "EventMsg") -> None:
            if event.info.name == "NodeFinished":
                node = event.data.node_info
                report(f"{node.node_name}: {node.node_status}")

        runner = dbtRunner(manifest=self._manifest, callbacks=[tell])
        result = finished(runner.invoke(arguments(self.settings, *command)))
        results: Any = getattr(result.result, "results", [])
        nodes = [_node(one) for one in results if one.node.resource_type != "operation"]
        hooks = [_node(one) for one in results if one.node.resource_type == "operation"]
        return BuildResult(nodes, _error([*hooks, *nodes], result.exception))


def _node(result: Any) -> Node:
    return Node(
        unique_id=result.node.unique_id,
        name=result.node.name,
        status=str(result.status),
        message=result.message or "",
        seconds=result.execution_time,
        failures=result.failures,
        sql=getattr(result.node, "compiled_code", None) or "",
    )


def _error(nodes: Sequence[Node], exception: BaseException | None) -> DbtError | None:
    broken = [node for node in nodes if node.status in ("error", "fatal")]
    if broken:
        return DbtError("\n\n".join(explain(node.name, node.message) for node in broken))
    if exception:
        return DbtError(_without_noise(str(exception)))
    return None


def explain(model: str, message: str) -> str:
    """Return why dbt could not build a model: its name, the database's own words, and its file.

    For example 'customer_lifetime_value: Binder Error: ...', then DuckDB's own picture of the line.
    """
    lines = [line.rstrip() for line in _without_noise(message).splitlines() if line.strip()]
    place = []
    if lines and re.match(r"(Runtime|Database|Compilation) Error in ", lines[0]):
        place = [f"in {file}" for file in re.findall(r"\(([^()]+)\)$", lines.pop(0))]
        lines = textwrap.dedent("\n".join(lines)).splitlines()
    if lines and lines[0].startswith("Out of Memory Error") and not DISK_FULL.search(message):
        # DuckDB's own advice names its settings, not those of this project.
        lines[1:] = [f"No table is half written. {MORE_MEMORY}"]
    return f"{model}: " + "\n".join([*lines, *place])


def _without_noise(message: str) -> str:
    """Return the message without where dbt keeps its compiled copy, and dbt's own macros."""
    noise = ("compiled code at", "> in macro", "> called by")
    kept = (line for line in message.splitlines() if not line.strip().startswith(noise))
    return "\n".join(kept).strip()
