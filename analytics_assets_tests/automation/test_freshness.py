"""Tables are fresh, soon too old, too old: as Dagster judges, after one build at a set hour."""

import asyncio
import datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.freshness_evaluator import FRESHNESS_EVALUATORS_BY_POLICY_TYPE
from dagster._core.loader import LoadingContextForTest
from dagster._core.test_utils import freeze_time

from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.freshness import freshness_policy
from analytics_assets.settings import load_settings

HOUR = datetime.timedelta(hours=1)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
# The nightly run of the day on which the clocks go forward ends.
BUILT = datetime.datetime(2025, 3, 9, 3, 10, tzinfo=LOS_ANGELES)


@pytest.mark.xdist_group("definitions")
def test_every_asset_has_the_policy_of_its_group(definitions: dg.Definitions):
    promised = build_definitions(load_settings({"ANALYTICS_NIGHTLY": "yes"}))
    for nightly, made in ((False, definitions), (True, promised)):
        for spec in made.resolve_all_asset_specs():
            assert spec.freshness_policy == freshness_policy(
                str(spec.group_name), "America/Los_Angeles", nightly=nightly
            )


@pytest.mark.parametrize(
    ("group", "nightly", "at", "state"),
    [
        # Where no nightly run is promised no table is late the day after.
        ("customers", False, BUILT + 30 * HOUR, "PASS"),
        ("customers", False, BUILT + 8.1 * 24 * HOUR, "WARN"),
        ("customers", False, BUILT + 35.1 * 24 * HOUR, "FAIL"),
        ("staging", True, BUILT + 25.9 * HOUR, "PASS"),
        ("staging", True, BUILT + 26.1 * HOUR, "WARN"),
        ("staging", True, BUILT + 30.1 * HOUR, "FAIL"),
        # A mart passes from its run to the next deadline, by local time.
        ("customers", True, datetime.datetime(2025, 3, 10, 3, 59, tzinfo=LOS_ANGELES), "PASS"),
        ("customers", True, datetime.datetime(2025, 3, 10, 4, 1, tzinfo=LOS_ANGELES), "FAIL"),
    ],
)
def test_a_table_built_once_passes_warns_and_fails_when_its_group_says(
    group: str, nightly: bool, at: datetime.datetime, state: str
):
    policy = freshness_policy(group, "America/Los_Angeles", nightly=nightly)

    @dg.asset(freshness_policy=policy)
    def table() -> None: ...

    node = dg.Definitions(assets=[table]).resolve_asset_graph().get(table.key)
    evaluator = FRESHNESS_EVALUATORS_BY_POLICY_TYPE[type(node.freshness_policy_or_from_metadata)]()
    with dg.DagsterInstance.ephemeral() as instance:
        with freeze_time(BUILT):
            dg.materialize([table], instance=instance)
        with freeze_time(at):
            found = asyncio.run(evaluator.evaluate_freshness(LoadingContextForTest(instance), node))

    assert found.value == state
