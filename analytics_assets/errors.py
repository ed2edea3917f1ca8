"""The base of every error that this project raises for a person to read."""


class AnalyticsError(Exception):
    """Something is not as it must be; the message says what, and what to do next."""
