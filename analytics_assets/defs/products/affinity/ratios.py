"""Textbook measures of a pair, each from four counts of baskets: n_AB, n_A, n_B and N.

Counts are float64 arrays of whole numbers, exact up to 2**53 and so in every product of two of
them that a shop can reach. Where a measure divides by zero it is NaN.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def divide(numerator: Array, denominator: Array | float) -> Array:
    """Return numerator / denominator, NaN where the denominator is 0."""
    quotient = np.full_like(numerator, np.nan)
    np.divide(numerator, denominator, out=quotient, where=np.not_equal(denominator, 0))
    return quotient


def lift(n_ab: Array, n_a: Array, n_b: Array, n: float) -> Array:
    """P(AB) / (P(A) P(B)). Brin, Motwani, Ullman & Tsur (1997), there called interest."""
    return divide(n_ab * n, n_a * n_b)


def leverage(n_ab: Array, n_a: Array, n_b: Array, n: float) -> Array:
    """P(AB) - P(A) P(B). Piatetsky-Shapiro (1991)."""
    return divide(n_ab * n - n_a * n_b, n * n)


def conviction(n_ab: Array, n_a: Array, n_b: Array, n: float) -> Array:
    """(1 - P(B)) / (1 - P(B | A)), NaN where every basket with A holds B. Brin et al. (1997)."""
    return divide((n - n_b) * n_a, n * (n_a - n_ab))


def zhang(n_ab: Array, n_a: Array, n_b: Array, n: float) -> Array:
    """Zhang's association from A to B, -1 to 1: the leverage over its extreme. Zhang (2000)."""
    return divide(n_ab * n - n_a * n_b, np.maximum(n_ab * (n - n_a), n_a * (n_b - n_ab)))


def jaccard(n_ab: Array, n_a: Array, n_b: Array) -> Array:
    """Baskets with both over baskets with either."""
    return divide(n_ab, n_a + n_b - n_ab)
