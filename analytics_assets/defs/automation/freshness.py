"""How old tables may be: when they were built, not how new their newest event is.

The age of the data itself is a check (`STALE_ORDERS`), since a rebuild of stale data is fresh
by its policy. Dagster's daemon judges policies by materializations.
"""

import datetime
from collections.abc import Sequence

import dagster as dg

_HOUR = datetime.timedelta(hours=1)
_DAY = 24 * _HOUR
_EARLY = ("raw", "staging", "realtime")


def freshness_policy(group: str, business_timezone: str, *, nightly: bool) -> dg.FreshnessPolicy:
    """Return the policy of a group's tables.

    A policy is a promise that somebody keeps. Where the nightly run is promised, raw, staging and
    realtime tables were built in the last 30 hours (a warning after 26), and marts by 4 AM local
    time each day, two hours after the run starts; a cron policy has no warning state. Where people
    start runs by hand nothing is late after one night: there a table is too old after five weeks
    (a warning after eight days).
    """
    if not nightly:
        return dg.FreshnessPolicy.time_window(fail_window=35 * _DAY, warn_window=8 * _DAY)
    if group in _EARLY:
        return dg.FreshnessPolicy.time_window(fail_window=30 * _HOUR, warn_window=26 * _HOUR)
    return dg.FreshnessPolicy.cron(
        deadline_cron="0 4 * * *", lower_bound_delta=23 * _HOUR, timezone=business_timezone
    )


def with_freshness(
    assets: Sequence[dg.AssetsDefinition], business_timezone: str, *, nightly: bool
) -> Sequence[dg.AssetsDefinition]:
    """Return the assets, each with the policy of its group.

    What is only observed, as the raw tables on Snowflake, has none: a policy judges builds, and
    would stay unknown for ever. How old their newest event is, is a check all the same.
    """
    built = [asset for asset in assets if asset.is_materializable]
    observed = [asset for asset in assets if not asset.is_materializable]
    with_policies = dg.map_asset_specs(
        lambda spec: spec.replace_attributes(
            freshness_policy=freshness_policy(
                str(spec.group_name), business_timezone, nightly=nightly
            )
        ),
        built,
    )
    return [*with_policies, *observed]
