"""Contracts of the raw tables, as they landed, one file a table."""
