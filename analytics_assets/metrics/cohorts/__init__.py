"""Cohort retention: how many of those who joined in a month still buy, and what they spend."""
