"""monthly_retention_index against plain loops over the members of each cohort."""

import numpy as np
import pandas as pd
import pytest
from health_oracle import index_of
from simulated_cohorts import grid_of_members

from analytics_assets.defs.cohorts.retention_index import monthly_retention_index

LAST_MONTH = 21  # the month after it is running


def drawn(seed: int) -> tuple[dict[int, list[set[int]]], pd.DataFrame]:
    random = np.random.default_rng(seed)
    members, grids = {}, []
    for cohort in [c for c in range(LAST_MONTH + 2) if c != 4]:
        size = int(random.integers(1, 80))
        ages = LAST_MONTH + 2 - cohort
        season = np.where(np.arange(cohort, LAST_MONTH + 2) == 20, 0.5, 1.0)
        buys = random.random((size, ages)) < random.uniform(0.2, 0.5) * season
        members[cohort] = [set(np.flatnonzero(row).tolist()) for row in buys]
        grids.append(
            grid_of_members(buys).assign(
                cohort_month=(np.datetime64("2023-10") + cohort).astype("M8[us]"),
                is_complete=np.arange(cohort, LAST_MONTH + 2) <= LAST_MONTH,
            )
        )
    table = pd.concat(grids, ignore_index=True)
    return members, table.assign(as_of_date=pd.Timestamp(2025, 8, 10))


@pytest.mark.parametrize("seed", range(3))
def test_every_month_is_what_plain_loops_say(seed):
    members, table = drawn(seed)

    index = monthly_retention_index(table)

    assert len(index) == LAST_MONTH + 2
    for month, row in enumerate(index.itertuples()):
        expected = index_of(members, month) if month <= LAST_MONTH else None
        if expected is None:
            assert row.retention_change == "insufficient_data"
            assert np.isnan(row.retention_index)
            continue
        assert row.ages_compared == expected["ages"]
        assert row.retention_index == pytest.approx(float(expected["index"]))
        assert row.log_standard_error == pytest.approx(expected["error"])
        assert row.index_z == pytest.approx(expected["z"])
        direction = "above" if expected["z"] > 0 else "below"
        change = direction if abs(expected["z"]) > 2.576 else "none"
        assert row.retention_change == change
    assert index["calendar_month"].iloc[0] == pd.Timestamp(2023, 10, 1)


def test_a_closed_month_never_changes():
    _, table = drawn(1)
    month = 12 * table["cohort_month"].dt.year + table["cohort_month"].dt.month - 12 * 2023 - 10
    closed = month + table["months_since_signup"] <= LAST_MONTH - 2

    then = monthly_retention_index(table[closed].reset_index(drop=True))
    now = monthly_retention_index(table).iloc[: len(then)]

    pd.testing.assert_frame_equal(then, now, check_exact=True)


def test_months_without_an_index_are_rows_all_the_same():
    table = pd.DataFrame(
        {
            "cohort_month": pd.to_datetime(["2024-01-01"] * 2).astype("datetime64[us]"),
            "months_since_signup": [0, 1],
            "cohort_size": 3,
            "active_customers": [3, 0],
            "is_complete": [True, False],
            "as_of_date": pd.Timestamp(2024, 2, 3),
        }
    )

    index = monthly_retention_index(table)

    assert index["retention_change"].to_list() == ["insufficient_data"] * 2
    assert index["is_complete"].to_list() == [True, False]
    assert monthly_retention_index(table.iloc[:0]).dtypes.to_dict() == index.dtypes.to_dict()
