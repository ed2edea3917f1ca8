"""Expectations over a Beta variable by Gauss-Jacobi quadrature (Golub & Welsch 1969)."""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from analytics_assets.defs.customers.forecast.customer_arrays import FloatArray

# Relative error below 1e-12 unless the integrand turns within 1/50 of an end of the interval.
NODES = 128


def beta_nodes(a: float, b: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes (128,) in (0, 1] and weights (128,) with E[g(p)] = g(nodes) @ weights.

    p ~ Beta(a, b); the weights sum to 1. The nodes are the eigenvalues of the tridiagonal matrix
    of the Jacobi polynomials' recurrence: no gamma function is evaluated, so no a or b is too
    large.
    """
    k = np.arange(1, NODES)
    c = a + b - 2
    diagonal = np.r_[
        (a - b) / (a + b),
        (a - b) * c / ((2 * k + c) * (2 * k + c + 2)),
    ]
    k = np.arange(2, NODES)
    squared = np.r_[
        4 * a * b / ((a + b) ** 2 * (a + b + 1)),
        4 * k * (k + a - 1) * (k + b - 1) * (k + c) / ((2 * k + c) ** 2 * ((2 * k + c) ** 2 - 1)),
    ]
    points, vectors = eigh_tridiagonal(diagonal, np.sqrt(squared))
    # Rounding may put the outermost node at or below 0, where (1 - (1 + 0)^-n) / 0 has no value.
    return np.clip((1 + points) / 2, np.finfo(float).tiny, 1.0), vectors[0] ** 2
