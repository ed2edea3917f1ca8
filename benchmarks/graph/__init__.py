"""The whole graph of a demonstration shop beside one plain ``dbt build`` of the same models.

A method's whole process is measured, its start-up included.
"""

FINGERPRINT = """
select count(*), sum(total_orders), sum(total_revenue) from analytics.customer_lifetime_value
"""
