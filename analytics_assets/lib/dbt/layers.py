"""One ``@dbt_assets`` a layer, so that a failed check on one layer stops the next.

Models of one definition run in one step, where a blocking check on the first stops none of the
others; hence staging, customer and product apart. A model belongs to a layer by its folder.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from analytics_assets.lib.dbt.arguments import build_arguments
from analytics_assets.lib.dbt.command import DbtCommand
from analytics_assets.lib.dbt.description import described
from analytics_assets.lib.dbt.translator import Translator
from analytics_assets.lib.warehouse.clock import read_clock
from analytics_assets.lib.warehouse.interface import Warehouse
from analytics_assets.variables import Variables

STAGING, LIVE, CUSTOMER, PRODUCT = "staging", "realtime", "marts.customer", "marts.product"
LAYERS = (STAGING, LIVE, CUSTOMER, PRODUCT)
_FOLLOW_THE_CLOCK = (CUSTOMER, PRODUCT)


def dbt_layers(manifest_file: Path) -> list[dg.AssetsDefinition]:
    """Return the definitions that together cover every model and seed of the manifest once."""
    manifest = json.loads(manifest_file.read_text())
    return [_layer(folder, manifest) for folder in LAYERS]


def _layer(folder: str, manifest: dict[str, Any]) -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=manifest,
        name="dbt_" + folder.replace(".", "_"),
        select=f"fqn:automated_intelligence.{folder}.*",
        exclude="resource_type:test resource_type:unit_test",
        dagster_dbt_translator=Translator(),
    )
    def layer(
        context: dg.AssetExecutionContext,
        dbt: DbtCommand,
        warehouse: dg.ResourceParam[Warehouse],
        variables: dg.ResourceParam[Variables],
    ) -> Iterator[dg.Output[Any]]:
        with warehouse.step() as step:
            if folder in _FOLLOW_THE_CLOCK:
                with step.session() as session:
                    read_clock(session, variables.as_of_date)
            yield from described(
                dbt.cli(build_arguments(variables), context=context),
                step,
                variables,
                context.log,
                follows_the_clock=folder != LIVE,
            )

    return layer
