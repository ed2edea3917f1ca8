"""Kinds of rules, one file a kind; a rule on one particular table belongs in its contract."""

from analytics_assets.lib.checks.rules.accepted_values import accepted_values
from analytics_assets.lib.checks.rules.expression import expression
from analytics_assets.lib.checks.rules.in_range import in_range
from analytics_assets.lib.checks.rules.newest_event import newest_event
from analytics_assets.lib.checks.rules.no_rows import no_rows
from analytics_assets.lib.checks.rules.not_null import not_blank, not_null
from analytics_assets.lib.checks.rules.references import references
from analytics_assets.lib.checks.rules.row_count import has_rows, row_count
from analytics_assets.lib.checks.rules.rule import ERROR, WARN, Rule
from analytics_assets.lib.checks.rules.unique import unique, unique_text
from analytics_assets.lib.checks.rules.volume import usual_volume

__all__ = [
    "ERROR",
    "WARN",
    "Rule",
    "accepted_values",
    "expression",
    "has_rows",
    "in_range",
    "newest_event",
    "no_rows",
    "not_blank",
    "not_null",
    "references",
    "row_count",
    "unique",
    "unique_text",
    "usual_volume",
]
