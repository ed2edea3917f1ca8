"""Addresses of Dagster's pages."""

from urllib.parse import quote

import dagster as dg


def run_link(dagster_url: str, run_id: str) -> str:
    """Return the page of a run."""
    return f"{dagster_url.rstrip('/')}/runs/{run_id}"


def asset_link(dagster_url: str, asset: dg.AssetKey) -> str:
    """Return the page of an asset."""
    path = "/".join(quote(part, safe="") for part in asset.path)
    return f"{dagster_url.rstrip('/')}/assets/{path}"
