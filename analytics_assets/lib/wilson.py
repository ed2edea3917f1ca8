"""Wilson's interval of a share, for baskets and for cohorts alike."""

import numpy as np
import numpy.typing as npt

Z_95 = 1.959963984540054  # the normal distribution's 97.5 % quantile

Counts = npt.NDArray[np.int64] | npt.NDArray[np.float64]


def wilson_interval(
    successes: Counts, trials: Counts
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the lower and upper 95 % bounds of successes / trials, float64; NaN without trials.

    ``(p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)`` with p = successes / trials.
    Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    n = np.where(trials > 0, trials, np.nan)
    proportion = successes / n
    centre = proportion + Z_95**2 / (2 * n)
    margin = Z_95 * np.sqrt(proportion * (1 - proportion) / n + (Z_95 / (2 * n)) ** 2)
    scale = 1 + Z_95**2 / n
    # The bound is 0 or 1 exactly there; rounding would put it beside a base of 0 or 1.
    lower = np.where(proportion == 0, 0.0, (centre - margin) / scale)
    upper = np.where(proportion == 1, 1.0, (centre + margin) / scale)
    return lower, upper


def wilson_lower_bound(successes: Counts, trials: Counts) -> npt.NDArray[np.float64]:
    """Return the lower end of ``wilson_interval``."""
    return wilson_interval(successes, trials)[0]
