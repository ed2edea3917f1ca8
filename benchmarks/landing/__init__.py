"""How many rows of the files arrived, and the sum of their amounts."""

FINGERPRINT = """
select orders, amount, lines, pieces from analytics.result
"""
