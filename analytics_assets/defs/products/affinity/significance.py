"""Whether a pair is in more baskets than chance explains, and how many such claims are false."""

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc

Array = npt.NDArray[np.float64]


def poisson_tail(n_ab: Array, expected: Array) -> Array:
    """P[Poisson(expected) >= n_ab] for n_ab >= 1, the regularised lower incomplete gamma function.

    Conservative: a sum of unequal Bernoulli trials varies less than a Poisson variable.
    """
    tail: Array = gammainc(n_ab, expected)
    return tail


def false_discovery_rate(p_values: Array, hypotheses: int) -> Array:
    """Return Benjamini & Hochberg's (1995) adjusted p-values.

    Args:
        p_values: one a tested pair.
        hypotheses: at least ``len(p_values)``; those without a p-value count as p = 1.
    """
    q_values = np.ones_like(p_values)
    # Of the others p * hypotheses / rank is above 1 whatever their rank, and so is all after them.
    [below_one] = np.nonzero(p_values * hypotheses <= len(p_values))
    order = below_one[np.argsort(p_values[below_one], kind="stable")]
    ranks = np.arange(1, len(order) + 1)
    scaled = p_values[order] * hypotheses / ranks
    q_values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q_values
