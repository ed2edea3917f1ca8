"""A shop's own files -> the raw tables; every row lands or is quarantined with its reason."""

from analytics_assets.intake.faults import LandingError, RowsLostError, UnknownFormatError
from analytics_assets.intake.land import land
from analytics_assets.intake.report import LandedTable, LandingReport, QuarantinedRows

__all__ = [
    "LandedTable",
    "LandingError",
    "LandingReport",
    "QuarantinedRows",
    "RowsLostError",
    "UnknownFormatError",
    "land",
]
