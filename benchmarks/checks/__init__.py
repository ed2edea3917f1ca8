"""Every rule of every contract, on the demonstration shop: one file a method.

A method's whole process is measured, its start-up included. It leaves one row a rule.
"""

FINGERPRINT = """
select count(distinct rule), sum(failing_rows),
    count(distinct case when failing_rows > 0 then rule end)
from analytics.result
"""
