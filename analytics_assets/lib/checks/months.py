"""Months as whole numbers, since engines do not agree on how a month is added to a date."""


def month_number(day: str) -> str:
    """Return the SQL of the month of a DATE, counted from the year 0."""
    return f"(12 * extract(year from {day}) + extract(month from {day}))"
