import datetime

import dagster as dg
import pytest

from analytics_assets import keys
from analytics_assets.automation.freshness import freshness_policies, with_freshness
from analytics_assets.definitions import build_definitions
from analytics_assets.settings import load_settings

HOUR = datetime.timedelta(hours=1)


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
