import asyncio
import datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.freshness_evaluator import FRESHNESS_EVALUATORS_BY_POLICY_TYPE
from dagster._core.loader import LoadingContextForTest
from dagster._core.test_utils import freeze_time

from analytics_assets import keys
from analytics_assets.definitions import build_definitions
from analytics_assets.defs.automation.freshness import freshness_policies, with_freshness
from analytics_assets.settings import load_settings

HOUR = datetime.timedelta(hours=1)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
# The nightly run of the day on which the clocks go forward ends.
BUILT = datetime.datetime(2025, 3, 9, 3, 10, tzinfo=LOS_ANGELES)


def test_every_asset_has_the_policy_of_its_group():
    policies = freshness_policies("America/Los_Angeles")

    for spec in build_definitions(load_settings({})).resolve_all_asset_specs():
        assert spec.freshness_policy == policies[str(spec.group_name)], spec.key


@pytest.mark.parametrize("group", [keys.CUSTOMER_GROUP, keys.PRODUCT_GROUP, keys.COHORT_GROUP])
def test_marts_are_due_after_the_nightly_run_by_local_time(group: str):
    policy = freshness_policies("America/Los_Angeles")[group]

    assert policy == dg.FreshnessPolicy.cron(
        deadline_cron="0 4 * * *", lower_bound_delta=23 * HOUR, timezone="America/Los_Angeles"
    )


@pytest.mark.parametrize("group", [keys.RAW_GROUP, keys.STAGING_GROUP, keys.LIVE_GROUP])
def test_raw_and_live_warn_before_they_fail(group: str):
    assert freshness_policies("America/Los_Angeles")[group] == dg.FreshnessPolicy.time_window(
        fail_window=30 * HOUR, warn_window=26 * HOUR
    )


def test_a_group_without_a_policy_is_refused():
    @dg.asset(group_name="brand_new")
    def orphan() -> None: ...

    with pytest.raises(KeyError, match="brand_new"):
        with_freshness([orphan], "America/Los_Angeles")


def state_of_a_table_built_once(group: str, at: datetime.datetime) -> str:
    """Build a table of the group at BUILT; return what Dagster says of its freshness later."""

    @dg.asset(freshness_policy=freshness_policies("America/Los_Angeles")[group])
    def table() -> None: ...

    node = dg.Definitions(assets=[table]).resolve_asset_graph().get(table.key)
    evaluator = FRESHNESS_EVALUATORS_BY_POLICY_TYPE[type(node.freshness_policy_or_from_metadata)]()
    with dg.DagsterInstance.ephemeral() as instance:
        with freeze_time(BUILT):
            dg.materialize([table], instance=instance)
        with freeze_time(at):
            state = asyncio.run(evaluator.evaluate_freshness(LoadingContextForTest(instance), node))
    return state.value


@pytest.mark.parametrize(
    ("hours", "state"),
    [(0.1, "PASS"), (25.9, "PASS"), (26.1, "WARN"), (29.9, "WARN"), (30.1, "FAIL")],
)
def test_a_staged_table_passes_after_its_run_then_warns_then_fails(hours: float, state: str):
    assert state_of_a_table_built_once(keys.STAGING_GROUP, BUILT + hours * HOUR) == state


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime.datetime(2025, 3, 9, 3, 11), "PASS"),
        (datetime.datetime(2025, 3, 9, 12, 0), "PASS"),
        (datetime.datetime(2025, 3, 10, 3, 59), "PASS"),
        (datetime.datetime(2025, 3, 10, 4, 1), "FAIL"),
    ],
)
def test_a_mart_passes_from_its_run_to_the_next_deadline_by_local_time(
    at: datetime.datetime, state: str
):
    at = at.replace(tzinfo=LOS_ANGELES)
    assert state_of_a_table_built_once(keys.CUSTOMER_GROUP, at) == state
