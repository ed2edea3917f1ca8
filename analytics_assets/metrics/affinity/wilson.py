"""Wilson's interval of a share."""

import numpy as np
import numpy.typing as npt

from analytics_assets.metrics.affinity.ratios import divide

Z_95 = 1.959963984540054  # the normal distribution's 97.5 % quantile


def wilson_lower_bound(
    successes: npt.NDArray[np.float64], trials: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the lower end of the 95 % interval of successes / trials; NaN without trials.

    Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    centre = successes + Z_95**2 / 2
    spread = Z_95 * np.sqrt(divide(successes * (trials - successes), trials) + Z_95**2 / 4)
    return divide(centre - spread, trials + Z_95**2)
