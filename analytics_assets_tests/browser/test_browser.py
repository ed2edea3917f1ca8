"""What an analyst sees in the morning, in Debian's chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from dagster_ui import DagsterUi

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

Keep = Callable[["Page", str], None]

GROUPS = {
    "raw": "raw/orders",
    "staging": "stg_orders",
    "realtime": "daily_business_metrics",
    "sales": "revenue_bridge",
    "customers": "customer_segmentation",
    "products": "product_affinity",
    "cohorts": "monthly_cohorts",
}


def test_the_graph_shows_every_group(page: Page, expect: Any, ui: DagsterUi, keep: Keep):
    page.set_viewport_size({"width": 1300, "height": 560})
    page.goto(f"{ui.address}/asset-groups")

    for group in GROUPS:
        expect(page.get_by_text(group, exact=True).first).to_be_visible()

    expect(page.locator("svg foreignObject").first).to_be_visible()
    page.wait_for_timeout(2_000)
    keep(page, "asset_graph")


@pytest.mark.parametrize(("group", "asset"), GROUPS.items())
def test_an_asset_of_each_group_has_its_rows_columns_and_meaning(
    page: Page, expect: Any, ui: DagsterUi, group: str, asset: str
):
    page.goto(f"{ui.address}/assets/{asset}?view=overview")

    expect(page.get_by_text("One row per", exact=False).first).to_be_visible()
    expect(page.get_by_text("Row count", exact=False).first).to_be_visible()
    expect(page.get_by_text(group, exact=True).first).to_be_visible()


def test_freshness_is_passing(page: Page, expect: Any, ui: DagsterUi, keep: Keep):
    page.goto(f"{ui.address}/assets/customer_segmentation?view=overview")

    # The daemon judges within a minute or two of its start.
    expect(page.get_by_text("Passing", exact=True).first).to_be_visible(timeout=240_000)
    keep(page, "asset_page")


def test_checks_say_their_rule_and_what_came_of_it(
    page: Page, expect: Any, ui: DagsterUi, keep: Keep
):
    # The list of checks shows those that fit; the address chooses one.
    key = "the_table_is_as_described"
    page.goto(f"{ui.address}/assets/stg_orders?view=checks&checkDetail={key}")

    # The list beside it shortens long names and keeps the whole one where nobody sees it.
    expect(page.get_by_text(key).locator("visible=true").first).to_be_visible()
    expect(page.get_by_text("failing_rows", exact=False).first).to_be_visible()
    keep(page, "checks")


def test_the_page_of_an_asset_has_its_picture(page: Page, expect: Any, ui: DagsterUi, keep: Keep):
    page.goto(f"{ui.address}/assets/monthly_cohorts?view=events")

    # The last one; the first shows the table of cohorts.
    page.get_by_text("Show Markdown", exact=False).last.click()
    shown = page.locator("img[src^='data:image/png']").first
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.naturalWidth") > 300
    keep(page, "cohort_picture")


def test_materialize_builds_the_asset_and_says_so(page: Page, expect: Any, ui: DagsterUi):
    page.goto(f"{ui.address}/assets/stg_clock?view=overview")
    with page.expect_response(
        lambda answer: (
            "LaunchPipelineExecution" in answer.url
            or ("LaunchPipelineExecution" in (answer.request.post_data or ""))
        )
    ):
        page.get_by_role("button", name="Materialize", exact=False).first.click()

    page.goto(f"{ui.address}/runs")
    expect(page.get_by_text("Success", exact=True).nth(1)).to_be_visible(timeout=180_000)
