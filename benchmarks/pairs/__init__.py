"""Pairs of products bought together: one file a method, from staging tables to a table of rules."""

FINGERPRINT = "select count(*), sum(times_bought_together), sum(lift) from analytics.result"
