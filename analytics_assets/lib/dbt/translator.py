"""What a dbt model is in Dagster: its key, room, owners, columns, and its tests as checks."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

from analytics_assets.lib.tables import OWNERS, asset_key, group, table, table_name


class Translator(DagsterDbtTranslator):
    """Keys are model names, never schemas; the room is the folder; dbt's data tests are checks."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True))
        self._specs: dict[str, dg.AssetSpec] = {}

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return a source's declared key, else the model's own name."""
        return asset_key(dbt_resource_props)

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Return the spec with everything that the YAML says of the table.

        It is asked for once per reader of the table, and made once.
        """
        if unique_id not in self._specs:
            self._specs[unique_id] = self._described(manifest, unique_id, project)
        return self._specs[unique_id]

    def _described(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        node = self.get_resource_props(manifest, unique_id)
        made = table(table_name(node))
        spec = super().get_asset_spec(manifest, unique_id, project)
        return spec.replace_attributes(
            group_name=made.group,
            description=made.description,
            owners=list(spec.owners) or OWNERS,
            tags={name: value for name, value in spec.tags.items() if name != group(node)},
        ).merge_attributes(metadata=made.metadata)
