"""How old each group's tables may be: when they were built, not how new their newest event is.

The age of the data itself is a check (``newest_event``), since a rebuild of stale data is fresh
by its policy. Dagster's daemon judges policies by materializations.
"""

import datetime
from collections.abc import Iterable, Mapping

import dagster as dg

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
        "raw": lately,
        "staging": lately,
        "realtime": lately,
        "customers": nightly,
        "products": nightly,
        "cohorts": nightly,
        "sales": nightly,
    }


def with_freshness(
    assets: Iterable[dg.AssetsDefinition], business_timezone: str
) -> list[dg.AssetsDefinition]:
    """Return the assets, each that is built with the policy of its room.

    What is only observed, as the raw tables on Snowflake, has none: a policy judges builds, and
    would stay unknown for ever. How old their newest event is, is a check all the same.
    """
    policies = freshness_policies(business_timezone)

    def with_policy(spec: dg.AssetSpec) -> dg.AssetSpec:
        policy = policies.get(str(spec.group_name), policies["customers"])
        return spec.replace_attributes(freshness_policy=policy)

    return [
        *dg.map_asset_specs(with_policy, [asset for asset in assets if asset.is_materializable]),
        *(asset for asset in assets if not asset.is_materializable),
    ]
