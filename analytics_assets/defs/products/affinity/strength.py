"""What a pair's figures are called, so that a reader need not know the thresholds."""

import numpy as np
import numpy.typing as npt
import pandas as pd

FALSE_DISCOVERY_RATE = 0.05

Array = npt.NDArray[np.float64]


def affinity_strength(
    adjusted_lift_lower_bound: Array, q_value: Array
) -> "pd.api.extensions.ExtensionArray":
    """Return very_strong (bound >= 3), strong (>= 2), moderate (>= 1.5), weak (> 1), very_weak.

    Every pair with a q-value above ``FALSE_DISCOVERY_RATE`` is very_weak. The array's dtype is str.
    """
    bound = np.where(q_value <= FALSE_DISCOVERY_RATE, adjusted_lift_lower_bound, 0.0)
    names = pd.array(["very_strong", "strong", "moderate", "weak", "very_weak"], dtype="str")
    return names.take(np.select([bound >= 3, bound >= 2, bound >= 1.5, bound > 1], range(4), 4))


def is_size_artifact(
    lift_lower_bound: Array, adjusted_lift_lower_bound: Array
) -> npt.NDArray[np.bool_]:
    """Return where plain lift would recommend the pair and its baskets' sizes explain it."""
    return (lift_lower_bound > 1) & (adjusted_lift_lower_bound <= 1)
