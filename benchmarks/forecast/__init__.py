"""Customer value: the whole table."""

FINGERPRINT = "select count(*), round(sum(expected_orders_365d), 3) from analytics.result"
