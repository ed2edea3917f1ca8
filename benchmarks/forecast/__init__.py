"""Customer value: the whole table, and the fit of BG/NBD apart, on patterns and on every row."""

FINGERPRINT = "select count(*), round(sum(expected_orders_365d), 3) from analytics.result"
