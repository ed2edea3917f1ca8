"""Contracts of the cohort mart, one file a table."""
