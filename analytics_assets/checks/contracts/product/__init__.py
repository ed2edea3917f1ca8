"""Contracts of the product marts, one file a table."""
