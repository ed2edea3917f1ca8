"""What a dbt model is called in Dagster: its key, group, owners and storage."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from analytics_assets import keys
from analytics_assets.lib.charts.documentation import with_pages

_GROUP_OF_FOLDER = {
    "staging": keys.STAGING_GROUP,
    "realtime": keys.LIVE_GROUP,
    "customer": keys.CUSTOMER_GROUP,
    "product": keys.PRODUCT_GROUP,
}


class Translator(DagsterDbtTranslator):
    """Keys are model names, never schemas; the group is the folder's; dbt's tests stay in dbt."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=False))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return a source's declared key, else the model's own name."""
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the group of the model's folder.

        Raises:
            KeyError: the folder has no group yet; add it to this module.
        """
        if dbt_resource_props["resource_type"] == "source":
            return keys.RAW_GROUP
        folder = dbt_resource_props["fqn"][-2]
        return _GROUP_OF_FOLDER[folder]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the model's description with the pages that say more, without its SQL."""
        name = dbt_resource_props.get("alias") or dbt_resource_props["name"]
        return with_pages(
            dbt_resource_props["description"],
            f"{dbt_resource_props['schema']}.{name}",
            self.get_group_name(dbt_resource_props),
        )

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Return the project's owners unless the model names its own."""
        return super().get_owners(dbt_resource_props) or keys.OWNERS

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """Return dbt's tags without those that only repeat the group."""
        group = self.get_group_name(dbt_resource_props)
        return {
            name: value
            for name, value in super().get_tags(dbt_resource_props).items()
            if name != group
        }
