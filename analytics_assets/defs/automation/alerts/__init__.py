"""Alerts: what is told, to whom, exactly once."""
