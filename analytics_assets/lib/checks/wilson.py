"""Wilson's 95 % interval of a share (Wilson 1927) as the checks compute it."""

_Z2 = "3.8414588206941254"  # the normal distribution's 97.5 % quantile, squared


def wilson(successes: str, trials: str, sign: str) -> str:
    """Return the SQL of the lower ('-') or upper ('+') bound of successes / trials, a DOUBLE.

    Written in counts, s + z^2/2 -+ z sqrt(s (n - s) / n + z^2/4) over n + z^2.
    """
    s, n = f"cast({successes} as double precision)", f"cast({trials} as double precision)"
    margin = f"sqrt({_Z2} * ({s} * ({n} - {s}) / nullif({n}, 0) + {_Z2} / 4))"
    return f"(({s} + {_Z2} / 2 {sign} {margin}) / ({n} + {_Z2}))"
