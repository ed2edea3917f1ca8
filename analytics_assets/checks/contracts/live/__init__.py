"""Contracts of the live tier, one file a table."""
