"""The table of purchase histories that a forecast starts from, one row a customer."""

import pandas as pd

CALIBRATED = ("repeat_purchase_days", "recency_days", "age_days", "repeat_day_value")
HISTORY_COLUMNS = (
    *CALIBRATED,
    *(f"calibration_{name}" for name in CALIBRATED),
    "holdout_purchase_days",
    "holdout_revenue",
)


def numeric_histories(histories: pd.DataFrame) -> pd.DataFrame:
    """Return ``HISTORY_COLUMNS`` as float64, NULL as NaN, on a fresh index.

    Raises:
        ValueError: when one of them, or customer_id, is missing.
    """
    missing = [name for name in ("customer_id", *HISTORY_COLUMNS) if name not in histories]
    if missing:
        raise ValueError(
            f"purchase histories lack the columns {missing}; they have {list(histories.columns)}. "
            "warehouse.purchase_histories makes all of them"
        )
    return histories[list(HISTORY_COLUMNS)].astype("float64").reset_index(drop=True)


def whole_histories(histories: pd.DataFrame) -> pd.DataFrame:
    """Return the buyers' rows, with the columns ``CALIBRATED``."""
    return histories.loc[histories["repeat_purchase_days"].notna(), list(CALIBRATED)]


def calibration_histories(histories: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of who had bought by the split, with ``CALIBRATED`` as they were then."""
    columns = {f"calibration_{name}": name for name in CALIBRATED}
    known = histories["calibration_repeat_purchase_days"].notna()
    return histories.loc[known, list(columns)].rename(columns=columns)
