"""dbt models as Dagster steps, cut so that every blocking check can stop what reads its table.

Models of one ``@dbt_assets`` are built in one step, where a failed check on the first stops none of
the others. So a model whose table has a blocking check is never in one step with its readers: steps
are derived from the manifest, one per room and number of such checks on the way to it.
"""

import functools
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from analytics_assets.errors import AnalyticsError
from analytics_assets.lib.charts.page import Page, Scene, describe
from analytics_assets.lib.dbt.lineage import column_lineage
from analytics_assets.lib.dbt.runner import BuildResult, DbtRunner, Node
from analytics_assets.lib.dbt.translator import Translator
from analytics_assets.lib.tables import Manifest, asset_key, group, table_name
from analytics_assets.lib.warehouse.clock import read_clock
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

_UNIQUE_ID = "dagster_dbt/unique_id"


class UncheckedTestError(AnalyticsError):
    """A data test of dbt that would run on some ways and not on others."""


def dbt_steps(
    manifest: Manifest, blocking: Collection[dg.AssetKey], pages: Mapping[str, Page]
) -> list[dg.AssetsDefinition]:
    """Return the definitions that together build every model and seed once.

    Args:
        manifest: of the dbt project.
        blocking: the assets with a blocking check that is not one of dbt's own tests.
        pages: ``schema.name`` -> what the page of that table shows.

    Raises:
        UncheckedTestError: a data test belongs to no single model, so it can be no asset check.
    """
    translator = Translator()
    steps = [
        _step(name, nodes, manifest, pages, translator)
        for name, nodes in partition(manifest, blocking).items()
    ]
    _require_that_tests_are_checks(manifest, steps)
    return steps


def partition(manifest: Manifest, blocking: Collection[dg.AssetKey]) -> dict[str, list[str]]:
    """Return step name -> names of its models and seeds.

    No node is in one step with another that it reads, directly or not, where a blocking check
    stands on the way.
    """
    nodes = {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    tested = {
        _model_of(node, nodes)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["config"]["severity"].lower() == "error"
    }
    blocks = {
        unique_id
        for unique_id, node in nodes.items()
        if unique_id in tested or asset_key(node) in blocking
    }

    @functools.cache
    def level(unique_id: str) -> int:
        parents = (p for p in nodes[unique_id]["depends_on"].get("nodes", []) if p in nodes)
        return max((level(parent) + (parent in blocks) for parent in parents), default=0)

    by_level: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for unique_id, node in nodes.items():
        by_level[group(node)][level(unique_id)].append(node["name"])
    return {
        f"dbt_{room}_{number}": sorted(names)
        for room, levels in sorted(by_level.items())
        for number, (_, names) in enumerate(sorted(levels.items()), 1)
    }


def _model_of(test: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return the unique id of the model that a data test is a check of, as dagster-dbt finds it.

    That is the model its meta names, else the only one it reads, else the one whose YAML holds it.
    """
    named = test["config"].get("meta", {}).get("dagster", {}).get("ref", {}).get("name")
    if named:
        return next((i for i, node in nodes.items() if node["name"] == named), None)
    reads: Sequence[str] = test["depends_on"].get("nodes", [])
    return reads[0] if len(reads) == 1 else test.get("attached_node")


def _step(
    name: str,
    models: Sequence[str],
    manifest: Manifest,
    pages: Mapping[str, Page],
    translator: Translator,
) -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=manifest,
        name=name,
        select=" ".join(models),
        exclude="resource_type:unit_test",
        dagster_dbt_translator=translator,
    )
    def step(
        context: dg.AssetExecutionContext,
        dbt: dg.ResourceParam[DbtRunner],
        warehouse: dg.ResourceParam[Warehouse],
        variables: dg.ResourceParam[Variables],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        selected = _selected(context)
        # Waits for whoever holds the database, and says who; dbt itself does not.
        with warehouse.session() as session:
            if _follows_the_clock(manifest, selected.values()):
                read_clock(session, variables.as_of_date)
        names = [manifest["nodes"][unique_id]["name"] for unique_id in selected.values()]
        build = dbt.build(names, variables, context.run.run_id, context.log.info)
        built = _built(build, manifest, selected)
        # Of a build that failed the pages show rows only: what they compare with may be missing.
        shown = {name: Page() if build.error else pages.get(name, Page()) for name in built}
        with warehouse.session() as session:
            scene = Scene(session, variables, warehouse.picture_folder, context.log)
            described = describe(scene, shown)
        for table, (key, node) in built.items():
            yield _materialized(key, node, described[table], manifest)
        yield from _tested(build, selected)
        if build.error:
            raise dg.Failure(str(build.error), allow_retries=False)

    return step


def _selected(context: dg.AssetExecutionContext) -> dict[dg.AssetKey | dg.AssetCheckKey, str]:
    """Return what this step shall build or test -> dbt's unique id of it."""
    chosen: dict[dg.AssetKey | dg.AssetCheckKey, str] = {}
    for spec in context.assets_def.specs:
        if spec.key in context.selected_asset_keys:
            chosen[spec.key] = spec.metadata[_UNIQUE_ID]
    for check in context.assets_def.check_specs:
        if check.key in context.selected_asset_check_keys:
            chosen[check.key] = str(check.metadata[_UNIQUE_ID])
    return chosen


def _follows_the_clock(manifest: Manifest, selected: Collection[str]) -> bool:
    """Return whether anything selected reads the clock, and not makes it."""
    clock = [i for i, node in manifest["nodes"].items() if node["name"] == "stg_clock"]
    reads = any(
        set(clock) & set(manifest["nodes"][unique_id]["depends_on"].get("nodes", []))
        for unique_id in selected
    )
    return reads and not set(clock) & set(selected)


def _built(
    build: BuildResult, manifest: Manifest, selected: Mapping[dg.AssetKey | dg.AssetCheckKey, str]
) -> dict[str, tuple[dg.AssetKey, Node]]:
    """Return ``schema.name`` -> key and node of every table that was built, in dbt's order."""
    keys = {unique_id: key for key, unique_id in selected.items() if isinstance(key, dg.AssetKey)}
    return {
        table_name(manifest["nodes"][node.unique_id]): (keys[node.unique_id], node)
        for node in build.nodes
        if node.built and node.unique_id in keys
    }


def _materialized(
    key: dg.AssetKey, node: Node, described: Mapping[str, Any], manifest: Manifest
) -> dg.MaterializeResult[None]:
    metadata = {**described, "duration_seconds": round(node.seconds, 3)}
    # Of SQL as long as that of a table of days it would cost more than the table.
    if manifest["nodes"][node.unique_id]["config"]["materialized"] != "incremental":
        metadata |= column_lineage(manifest, node.unique_id, node.sql)
    return dg.MaterializeResult(asset_key=key, metadata=metadata)


def _tested(
    build: BuildResult, selected: Mapping[dg.AssetKey | dg.AssetCheckKey, str]
) -> Iterator[dg.AssetCheckResult]:
    finished = {node.unique_id: node for node in build.nodes}
    for key, unique_id in selected.items():
        if isinstance(key, dg.AssetCheckKey) and unique_id in finished:
            yield _check_result(key, finished[unique_id])


def _check_result(key: dg.AssetCheckKey, test: Node) -> dg.AssetCheckResult:
    warned = test.status == "warn"
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=test.status == "pass",
        severity=dg.AssetCheckSeverity.WARN if warned else dg.AssetCheckSeverity.ERROR,
        description=test.message or None,
        metadata={
            "query": dg.MetadataValue.md(f"```sql\n{test.sql.strip()}\n```"),
            "failing_rows": test.failures or 0,
        },
    )


def _require_that_tests_are_checks(
    manifest: Manifest, steps: Sequence[dg.AssetsDefinition]
) -> None:
    covered = {check.metadata.get(_UNIQUE_ID) for step in steps for check in step.check_specs}
    uncovered = [
        node["name"]
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and unique_id not in covered
    ]
    if uncovered:
        raise UncheckedTestError(
            f"every data test must belong to one model (got {', '.join(sorted(uncovered))}). Next: "
            "name the model in the test's config, meta: {dagster: {ref: {name: MODEL}}}, or write "
            "it as a rule in checks.py of the table's room"
        )
