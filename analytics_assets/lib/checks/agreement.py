"""When two computed numbers agree, as SQL."""


def agree(left: str, right: str) -> str:
    """Return the condition that both are NULL, or that they differ by rounding only.

    Rounding is 1e-9 of the right one, or 1e-9 where that is under 1. Never NULL.
    """
    return (
        f"coalesce(abs(({left}) - ({right})) <= 1e-9 * greatest(1, abs({right})), "
        f"({left}) is null and ({right}) is null)"
    )


def same(left: str, right: str) -> str:
    """Return the condition that both are NULL or equal. Never NULL."""
    return f"({left}) is not distinct from ({right})"
