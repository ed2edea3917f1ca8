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


def state_of_a_table_built_once(group: str, at: datetime.datetime, *, nightly: bool) -> str:
    """Build a table of the group at BUILT; return what Dagster says of its freshness later."""
    policy = freshness_policy(group, "America/Los_Angeles", nightly=nightly)

    @dg.asset(freshness_policy=policy)
    def table() -> None: ...

    node = dg.Definitions(assets=[table]).resolve_asset_graph().get(table.key)
    evaluator = FRESHNESS_EVALUATORS_BY_POLICY_TYPE[type(node.freshness_policy_or_from_metadata)]()
    with dg.DagsterInstance.ephemeral() as instance:
        with freeze_time(BUILT):
            dg.materialize([table], instance=instance)
        with freeze_time(at):
            state = asyncio.run(evaluator.evaluate_freshness(LoadingContextForTest(instance), node))
    return state.value


@pytest.mark.xdist_group("definitions")
def test_every_asset_has_the_policy_of_its_group(definitions: dg.Definitions):
    promised = build_definitions(load_settings({"ANALYTICS_NIGHTLY": "yes"}))
    for nightly, made in ((False, definitions), (True, promised)):
        for spec in made.resolve_all_asset_specs():
            assert spec.freshness_policy == freshness_policy(
                str(spec.group_name), "America/Los_Angeles", nightly=nightly
            )


@pytest.mark.parametrize(("days", "state"), [(30 / 24, "PASS"), (8.1, "WARN"), (35.1, "FAIL")])
def test_where_no_nightly_run_is_promised_no_table_is_late_the_day_after(days: float, state: str):
    at = BUILT + days * 24 * HOUR
    assert state_of_a_table_built_once("customers", at, nightly=False) == state


@pytest.mark.parametrize(
    ("hours", "state"),
    [(25.9, "PASS"), (26.1, "WARN"), (30.1, "FAIL")],
)
def test_nightly_a_staged_table_passes_after_its_run_then_warns_then_fails(
    hours: float, state: str
):
    at = BUILT + hours * HOUR
    assert state_of_a_table_built_once("staging", at, nightly=True) == state


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime.datetime(2025, 3, 10, 3, 59), "PASS"),
        (datetime.datetime(2025, 3, 10, 4, 1), "FAIL"),
    ],
)
def test_nightly_a_mart_passes_from_its_run_to_the_next_deadline_by_local_time(
    at: datetime.datetime, state: str
):
    at = at.replace(tzinfo=LOS_ANGELES)
    assert state_of_a_table_built_once("customers", at, nightly=True) == state
