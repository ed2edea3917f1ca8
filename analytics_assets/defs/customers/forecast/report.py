"""Whether a forecast may be given, and the figures that say why."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics_assets.defs.customers.forecast.histories import (
    calibration_histories,
    whole_histories,
)
from analytics_assets.defs.customers.forecast.holdout import Holdout, evaluate_holdout
from analytics_assets.defs.customers.forecast.models import ForecastModels, fit_models

TOO_FEW_REPEAT_CUSTOMERS = "too_few_repeat_customers"
FIT_DID_NOT_CONVERGE = "fit_did_not_converge"
HOLDOUT_ERROR_TOO_LARGE = "holdout_error_above_25_percent"
REFUSALS = (TOO_FEW_REPEAT_CUSTOMERS, FIT_DID_NOT_CONVERGE, HOLDOUT_ERROR_TOO_LARGE)

MIN_REPEAT_CUSTOMERS = 200
MAX_HOLDOUT_ERROR = 0.25


@dataclass(frozen=True)
class ForecastReport:
    """How the forecast was made and how far it can be trusted; what the asset's metadata shows.

    Attributes:
        customers: rows of the table.
        buyers: those with a purchase.
        repeat_customers: those with a repeat purchase.
        models: fitted to the whole history; None with too few repeat customers before the split.
        holdout: of the models fitted up to the split; None likewise.
        value_frequency_correlation: of repeat_purchase_days and repeat_day_value over the repeat
            customers; Gamma-Gamma supposes 0. None with too few of them, or where one is constant.
        refusal: why no forecast is given, one of ``REFUSALS``; None where one is.
    """

    customers: int
    buyers: int
    repeat_customers: int
    models: ForecastModels | None
    holdout: Holdout | None
    value_frequency_correlation: float | None
    refusal: str | None


def forecast_report(histories: pd.DataFrame) -> ForecastReport:
    """Fit the models to the whole and to the calibration history, and judge them.

    ``histories`` is as ``numeric_histories`` returns it.
    """
    buyers = whole_histories(histories)
    repeat = buyers[buyers["repeat_purchase_days"] > 0]
    # Who had bought again by the split has bought again: the smaller number decides.
    calibration = calibration_histories(histories)
    enough = (calibration["repeat_purchase_days"] > 0).sum() >= MIN_REPEAT_CUSTOMERS
    models = fit_models(buyers) if enough else None
    holdout = evaluate_holdout(histories) if enough else None
    return ForecastReport(
        customers=len(histories),
        buyers=len(buyers),
        repeat_customers=len(repeat),
        models=models,
        holdout=holdout,
        value_frequency_correlation=_correlation(repeat) if models else None,
        refusal=refusal(models, holdout),
    )


def refusal(models: ForecastModels | None, holdout: Holdout | None) -> str | None:
    """Return why no forecast may be given, or None.

    A hold-out in which nobody bought has no relative error and cannot vouch for the models: it
    counts as too large an error.
    """
    if models is None or holdout is None:
        return TOO_FEW_REPEAT_CUSTOMERS
    if not (models.converged and holdout.models.converged):
        return FIT_DID_NOT_CONVERGE
    if holdout.error is None or holdout.error > MAX_HOLDOUT_ERROR:
        return HOLDOUT_ERROR_TOO_LARGE
    return None


def _correlation(repeat: pd.DataFrame) -> float | None:
    columns = ["repeat_purchase_days", "repeat_day_value"]
    # Sorted, so that the order of the rows cannot change a digit.
    pair = repeat[columns].sort_values(columns)
    if (pair.nunique() < 2).any():
        return None
    return float(np.corrcoef(pair.to_numpy(), rowvar=False)[0, 1])
