"""Did a month's retention differ from a year ago for everybody, whatever the cohort?

Formulas of whole calendar months. A single cohort that differs belongs to ``health.py``.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

YEAR = 12
LEAST_AGES = 4
SIGNIFICANT_Z = 2.576  # 1 % of stable months, two-sided

Floats = npt.NDArray[np.float64]


def monthly_retention_index(cohorts: pd.DataFrame) -> pd.DataFrame:
    """Return one row per calendar month, from the first cohort's to as_of_date's, sorted.

    At age k >= 1 the month has one cohort (a of N members active) and the same month of the year
    before had one (a' of N', retention r = a' / N'). Over the ages that have both, complete, the
    first cohort of all left out (it holds customers from before the data began):

    - expected_active_customers = sum of N r; retention_index = sum of a / sum of N r
    - log_standard_error, of ln(retention_index): the larger of the binomial one,
      sqrt(sum of a (1 - a / N) / (sum of a)^2 + sum of N^2 r (1 - r) / N' / (sum of N r)^2), and
      the jackknife over ages (Efron and Tibshirani 1993), sqrt((n - 1) / n * sum of squares of
      the logarithms without one age, around their mean)
    - index_z = ln(retention_index) / log_standard_error
    - retention_change: ``above`` or ``below`` where |index_z| > 2.576, else ``none``;
      ``insufficient_data``, and NaN in the figures, under four such ages, in a month that has not
      ended, or where a sum is 0, of an age left out too.

    Counts are int64, dates datetime64[us]. Nothing after a month is used: a closed month never
    changes.

    Args:
        cohorts: the table monthly_cohorts: cohort_month, months_since_signup, cohort_size,
            active_customers, is_complete, as_of_date.
    """
    cells = cohorts.assign(
        first=cohorts["cohort_month"].to_numpy("datetime64[M]").astype(np.int64),
    ).rename(columns={"months_since_signup": "age", "cohort_size": "n", "active_customers": "a"})
    cells["month"] = cells["first"] + cells["age"]
    months = cells.groupby("month", as_index=False).agg(
        is_complete=("is_complete", "all"), as_of_date=("as_of_date", "first")
    )
    compared = cells[
        cells["is_complete"] & (cells["age"] > 0) & (cells["first"] > cells["first"].min())
    ][["month", "age", "n", "a"]]
    year_ago = compared.assign(month=compared["month"] + YEAR)
    pairs = compared.merge(year_ago, on=["month", "age"], suffixes=("", "_before"))
    by_month = dict(iter(pairs.groupby("month")))
    nothing = pairs.iloc[:0]
    figures = [_figures(by_month.get(month, nothing)) for month in months["month"]]
    columns = [
        "ages_compared",
        "active_customers",
        "expected_active_customers",
        "retention_index",
        "log_standard_error",
        "index_z",
    ]
    table = pd.DataFrame(figures, columns=columns).astype(
        {name: "int64" if name in columns[:2] else "float64" for name in columns}
    )
    z = table["index_z"]
    change = np.select(
        [z.isna(), z > SIGNIFICANT_Z, z < -SIGNIFICANT_Z],
        ["insufficient_data", "above", "below"],
        default="none",
    )
    calendar_month = months["month"].to_numpy(np.int64).astype("M8[M]").astype("M8[us]")
    table.insert(0, "calendar_month", calendar_month)
    return table.assign(
        retention_change=pd.Series(change, index=table.index, dtype="str"),
        is_complete=months["is_complete"].astype(bool),
        as_of_date=months["as_of_date"].astype("datetime64[us]"),
    )


def _figures(pairs: pd.DataFrame) -> tuple[float, ...]:
    """Return ages, active, expected, index, standard error and z of a month's ages."""
    n, a, n_before, a_before = (
        pairs[name].to_numpy(np.float64) for name in ("n", "a", "n_before", "a_before")
    )
    rate = a_before / n_before
    expected = n * rate
    active_sum, expected_sum = a.sum(), expected.sum()
    counted = (len(pairs), int(active_sum), expected_sum if len(pairs) else np.nan)
    without_one = np.stack([active_sum - a, expected_sum - expected])
    if len(pairs) < LEAST_AGES or not (without_one > 0).all():
        return (*counted, np.nan, np.nan, np.nan)
    binomial = (a * (1 - a / n)).sum() / active_sum**2 + (
        n**2 * rate * (1 - rate) / n_before
    ).sum() / expected_sum**2
    logs = np.log(without_one[0] / without_one[1])
    jackknife = (len(logs) - 1) * logs.var()
    error = float(np.sqrt(max(binomial, jackknife)))
    index = active_sum / expected_sum
    return (*counted, index, error, np.log(index) / error if error > 0 else np.nan)
