"""The last week brought about as many rows per day as the weeks before it."""

import numpy as np
import pandas as pd

from analytics_assets.lib.checks.rules import WARN, JudgedRule, Verdict

TRAILING_WEEKS = 8
MAX_ROBUST_Z = 3.5


def usual_volume(column: str, advice: str) -> JudgedRule:
    """Return the rule that each of the last 7 days has a usual number of rows.

    ``column`` is the DATE of a row; ``advice`` says what follows. `unusual_days` says what usual
    means.
    """
    days = 7 * (TRAILING_WEEKS + 1)
    return JudgedRule(
        f"the daily number of rows by {column} is usual",
        explanation=(
            f"each of the last 7 days against its weekday in the {TRAILING_WEEKS} weeks before, "
            f"robust z at most {MAX_ROBUST_Z}"
        ),
        query=lambda table, _: (
            "with daily as (\n"
            f"    select {column} as day, count(*) as row_count from {table} group by {column}\n"
            ")\n"
            "select\n"
            "    clock.as_of_date,\n"
            "    (select min(day) from daily) as first_day,\n"
            "    daily.day,\n"
            "    daily.row_count\n"
            "from staging.stg_clock as clock\n"
            f"left join daily on daily.day > clock.as_of_date - {days}"
        ),
        judge=_judge,
        severity=WARN,
        advice=advice,
    )


def unusual_days(row_counts: pd.Series) -> pd.DataFrame:
    """Return the days of the last week whose number of rows is unusual.

    The robust z of a day is (rows - median) / scale over the same weekday of the weeks before,
    which takes out closed days; scale = 1.4826 * MAD, and 3.5 is the usual bound (Iglewicz &
    Hoaglin 1993). Counts are at least as noisy as Poisson's, so the scale is at least the square
    root of the median, and at least 1.

    Args:
        row_counts: int, indexed by consecutive days; whole weeks, at least two, zeros included.

    Returns:
        day (datetime64), row_count (int64), usual_row_count (float64, the median),
        robust_z (float64); by day.
    """
    weeks = row_counts.to_numpy(dtype=np.float64).reshape(-1, 7)
    before, last = weeks[:-1], weeks[-1]
    median = np.median(before, axis=0)
    deviation = 1.4826 * np.median(np.abs(before - median), axis=0)
    robust_z = (last - median) / np.maximum.reduce([deviation, np.sqrt(median), np.ones(7)])
    days = pd.DataFrame(
        {
            "day": row_counts.index[-7:],
            "row_count": last.astype(np.int64),
            "usual_row_count": median,
            "robust_z": robust_z.round(2),
        }
    )
    unusual: pd.DataFrame = days[np.abs(robust_z) > MAX_ROBUST_Z]
    return unusual.reset_index(drop=True)


def _judge(rows: pd.DataFrame) -> Verdict:
    """Judge (as_of_date, first_day, day, row_count); days without rows are absent."""
    as_of_date, first_day = pd.to_datetime(rows[["as_of_date", "first_day"]].iloc[0])
    if pd.isna(first_day):
        return Verdict(pd.DataFrame(), "not enough history: the table is empty")
    last_days = pd.date_range(end=as_of_date, periods=7 * (TRAILING_WEEKS + 1))
    if first_day > last_days[0]:
        return Verdict(
            pd.DataFrame(),
            f"not enough history: the first day is {first_day:%Y-%m-%d}, "
            f"{len(last_days)} days up to {as_of_date:%Y-%m-%d} are needed",
        )
    daily = rows.dropna(subset=["day"])
    row_counts = pd.Series(daily["row_count"].to_numpy(), index=pd.to_datetime(daily["day"]))
    return Verdict(unusual_days(row_counts.reindex(last_days, fill_value=0)))
