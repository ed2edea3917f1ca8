"""One planted fault a rule.

Faults of the simple kinds are made from the rule's name; all others are written down.
"""

import re

from faults_of_marts import FAULTS_OF_MARTS
from faults_of_sources import FAULTS_OF_SOURCES
from planting import Fault, change, quarantine, repeat

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules.rule import RowRule, Rule

FAULTS = {**FAULTS_OF_SOURCES, **FAULTS_OF_MARTS}


def fault_of(contract: Contract, rule: Rule) -> Fault:
    """Return the fault that breaks ``rule``; KeyError where nobody has written one down."""
    table = contract.table
    column = rule.columns[-1] if isinstance(rule, RowRule) and rule.columns else ""
    for pattern, sql in {
        "never_null": change(table, f"{column} = null"),
        "never_blank": change(table, f"{column} = '  '"),
        "in_range": change(table, f"{column} = -2"),
        "an_accepted_value": change(table, f"{column} = 'none such'"),
        "unique": repeat(table),
        "the_table_has_rows": f"delete from {table}",
        r"the_table_has_exactly_\d+_rows?": repeat(table),
    }.items():
        if re.fullmatch(rf"(\w+_(is|are)_)?{pattern}", rule.name):
            return Fault(sql)
    if rule.name == "at_most_five_percent_of_the_rows_are_quarantined":
        return Fault(f"{quarantine(table)}; delete from {table}")
    return FAULTS[table][rule.name]
