"""Votes of pairs of products: one file per method, from staging tables to product_votes."""

FINGERPRINT = (
    "select count(*), sum(times_bought_together), sum(votes_together) from analytics.result"
)
