"""Retention by month of signup: one file a method, from staging tables to a table of cells.

A cell is a cohort and a month with revenue orders of its members, from the day of signup on.
"""

FINGERPRINT = """
select count(*), sum(active_customers), sum(total_orders), sum(cohort_revenue)
from analytics.result
where active_customers > 0
"""
