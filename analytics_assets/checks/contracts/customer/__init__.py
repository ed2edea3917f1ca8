"""Contracts of the customer marts, one file a table."""
