"""Contracts of the staging views and the status seed, one file a table."""
