"""How old each group's tables may be: when they were built, not how new their newest event is.

The age of the data itself is a check (``newest_event``), since a rebuild of stale data is fresh
by its policy. Dagster's daemon judges policies by materializations.
"""

import datetime
from collections.abc import Mapping, Sequence

import dagster as dg

from analytics_assets import keys

_HOUR = datetime.timedelta(hours=1)


def freshness_policies(business_timezone: str) -> Mapping[str, dg.FreshnessPolicy]:
    """Return the policy of each group.

    Raw, live and staging: built in the last 30 hours, a warning after 26. Marts: built between
    the deadline of 4 AM local time, two hours after the daily run starts, and 24 hours before it;
    a cron policy has no warning state.
    """
    lately = dg.FreshnessPolicy.time_window(fail_window=30 * _HOUR, warn_window=26 * _HOUR)
    nightly = dg.FreshnessPolicy.cron(
        deadline_cron="0 4 * * *", lower_bound_delta=23 * _HOUR, timezone=business_timezone
    )
    return {
        keys.RAW_GROUP: lately,
        keys.STAGING_GROUP: lately,
        keys.LIVE_GROUP: lately,
        keys.CUSTOMER_GROUP: nightly,
        keys.PRODUCT_GROUP: nightly,
        keys.COHORT_GROUP: nightly,
    }


def with_freshness(
    assets: Sequence[dg.AssetsDefinition], business_timezone: str
) -> Sequence[dg.AssetsDefinition]:
    """Return the assets, each with the policy of its group.

    What is only observed, as the raw tables on Snowflake, has none: a policy judges builds, and
    would stay unknown for ever. How old their newest event is, is a check all the same.

    Raises:
        KeyError: an asset's group has no policy yet; add it to ``freshness_policies``.
    """
    policies = freshness_policies(business_timezone)
    built = [asset for asset in assets if asset.is_materializable]
    observed = [asset for asset in assets if not asset.is_materializable]
    with_policies = dg.map_asset_specs(
        lambda spec: spec.replace_attributes(freshness_policy=policies[str(spec.group_name)]),
        built,
    )
    return [*with_policies, *observed]
