"""A shop's own files -> the raw tables; every row lands or is quarantined with its reason."""

from analytics_assets.landing.files.faults import LandingError
from analytics_assets.landing.files.land import RowsLostError, land
from analytics_assets.landing.files.report import LandedTable, LandingReport, QuarantinedRows

__all__ = [
    "LandedTable",
    "LandingError",
    "LandingReport",
    "QuarantinedRows",
    "RowsLostError",
    "land",
]
