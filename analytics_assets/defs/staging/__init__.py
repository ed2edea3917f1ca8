"""The cleaned rows that every question is asked of."""
