"""What the scorecard needs to know of the scored baskets: integer counts, nothing derived."""

from dataclasses import dataclass

import pandas as pd

# A random item of a basket is a source worth asking about where there is something to find, and
# the basket is one person's: below 2 items nothing can be found, far above 10 anything can.
SMALLEST_BASKET = 2
LARGEST_BASKET = 10

CUT_OFFS = (1, 5, 10)


@dataclass(frozen=True)
class ScorecardCounts:
    """Counts of the scored baskets, each of ``SMALLEST_BASKET`` to ``LARGEST_BASKET`` products.

    Every product of a basket is a source once. It is a hit at a cut-off where one of its first
    ``cut_off`` recommendations is in the same basket.

    Attributes:
        hits: rule, cut_off, basket_size, hits, best_seller_hits (sources of a basket that the
            rule, or best sellers, hit), baskets (int64, how many baskets are alike in these);
            no rows where no basket is scored.
        coverage: rule, basket_size, covered_sources (int64, sources with any recommendation, over
            all baskets of that size); no row where there are none.
    """

    hits: pd.DataFrame
    coverage: pd.DataFrame
