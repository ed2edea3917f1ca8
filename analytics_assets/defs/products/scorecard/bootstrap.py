"""How sure a ratio of two hit rates is, when both are measured on the same baskets."""

import numpy as np
import numpy.typing as npt

REPLICATES = 2_000
SEED = 20_111_209
INTERVAL = (0.025, 0.975)

Counts = npt.NDArray[np.int64]


def ratio_interval(
    credit: Counts, best_seller_credit: Counts, baskets: Counts
) -> tuple[float, float]:
    """Return the 95 % percentile interval of sum(credit) / sum(best_seller_credit) over baskets.

    Baskets are drawn with replacement, as many as there are (Efron & Tibshirani, An Introduction
    to the Bootstrap, 1993). Baskets of one kind are interchangeable, so a draw is one of the
    multinomial distribution over the kinds. The seed is fixed and the sums are whole numbers:
    the same counts give the same interval, to the last bit.

    Args:
        credit: what one basket of a kind adds for the rule.
        best_seller_credit: what it adds for best sellers.
        baskets: how many baskets are of that kind, in an order that the caller keeps.

    Returns:
        The lower and the upper end. An end is NaN where it is not finite: both where best sellers
        have no credit, the upper one where draws without any are common.
    """
    if not (best_seller_credit * baskets).any():
        return np.nan, np.nan
    draws = np.random.default_rng(SEED).multinomial(
        baskets.sum(), baskets / baskets.sum(), size=REPLICATES
    )
    hit, best_seller_hit = draws @ credit, draws @ best_seller_credit
    # A draw in which neither hits speaks for neither: it counts against the rule.
    ratios = np.where(hit > 0, np.inf, 0.0)
    np.divide(hit, best_seller_hit, out=ratios, where=best_seller_hit > 0)
    # An observed ratio, since nothing lies between a number and infinity.
    lower, upper = np.quantile(ratios, INTERVAL, method="inverted_cdf")
    return float(lower), float(upper) if np.isfinite(upper) else np.nan
