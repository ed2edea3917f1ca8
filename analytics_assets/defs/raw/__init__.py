"""The raw tables: how they are filled and what they must keep."""
