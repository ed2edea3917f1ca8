"""The table recommendation_scorecard: one row a rule and cut-off, from counts of hits."""

import datetime
import math
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from analytics_assets.defs.products.scorecard.bootstrap import ratio_interval
from analytics_assets.defs.products.scorecard.counts import (
    CUT_OFFS,
    LARGEST_BASKET,
    ScorecardCounts,
)
from analytics_assets.defs.products.scorecard.rules import BEST_SELLERS, RULES

SCORED_DAYS = 30

# Divisible by every basket size, so that shares of a basket add up as whole numbers.
WHOLE_BASKET = math.lcm(*range(1, LARGEST_BASKET + 1))

RECOMMENDATION_SCORECARD_COLUMNS = {
    "rule": "VARCHAR",
    "cut_off": "INTEGER",
    "baskets": "BIGINT",
    "hit_rate": "DOUBLE",
    "coverage": "DOUBLE",
    "ratio_to_best_sellers": "DOUBLE",
    "ratio_lower": "DOUBLE",
    "ratio_upper": "DOUBLE",
    "learnt_from": "DATE",
    "learnt_to": "DATE",
    "scored_to": "DATE",
    "as_of_date": "DATE",
}


def learnt_to(as_of_date: datetime.date) -> datetime.date:
    """Return the last day that is learnt from; the ``SCORED_DAYS`` days after it are scored."""
    return as_of_date - datetime.timedelta(days=SCORED_DAYS)


def recommendation_scorecard(
    counts: ScorecardCounts,
    as_of_date: datetime.date,
    lookback_days: int,
    rules: Iterable[str] = tuple(RULES),
) -> pd.DataFrame:
    """Return one row a rule and cut-off, best sellers last.

    hit_rate is the chance that a random item of a random basket is a hit: the mean over baskets
    of hits / basket size, its exact expectation, so that no item has to be drawn. coverage is the
    chance that the item has any recommendation. ratio_to_best_sellers is the hit rate over that
    of best sellers, ratio_lower and ratio_upper its bootstrap interval by basket.

    Args:
        counts: of the ``SCORED_DAYS`` days up to ``as_of_date``.
        as_of_date: the last scored day.
        lookback_days: days that were learnt from.
        rules: names of the rules beside best sellers, in the order of the rows.

    Returns:
        The columns of ``RECOMMENDATION_SCORECARD_COLUMNS``: counts int64, rates and ratios float64,
        NaN where no basket was scored (rates) or best sellers had no hit (ratios), ratio_upper
        also where it has no finite value; dates datetime64.
    """
    last_learnt = learnt_to(as_of_date)
    first_learnt = last_learnt - datetime.timedelta(days=lookback_days - 1)
    rows = [row for rule in (*rules, BEST_SELLERS) for row in _rows_of(counts, rule)]
    table = pd.DataFrame(rows).assign(
        learnt_from=pd.Timestamp(first_learnt),
        learnt_to=pd.Timestamp(last_learnt),
        scored_to=pd.Timestamp(as_of_date),
        as_of_date=pd.Timestamp(as_of_date),
    )
    return table[list(RECOMMENDATION_SCORECARD_COLUMNS)]


def _rows_of(counts: ScorecardCounts, rule: str) -> Iterator[dict[str, str | int | float]]:
    covered = counts.coverage[counts.coverage["rule"] == rule]
    covered_credit = int((covered["covered_sources"] * _share_of(covered)).sum())
    for cut_off in CUT_OFFS:
        kinds = counts.hits[(counts.hits["rule"] == rule) & (counts.hits["cut_off"] == cut_off)]
        kinds = kinds.sort_values(["basket_size", "hits", "best_seller_hits"])
        number = kinds["baskets"].to_numpy(dtype=np.int64)
        credit = (kinds["hits"] * _share_of(kinds)).to_numpy(dtype=np.int64)
        best_credit = (kinds["best_seller_hits"] * _share_of(kinds)).to_numpy(dtype=np.int64)
        baskets = int(number.sum())
        lower, upper = ratio_interval(credit, best_credit, number)
        yield {
            "rule": rule,
            "cut_off": cut_off,
            "baskets": baskets,
            "hit_rate": _ratio(int(credit @ number), baskets * WHOLE_BASKET),
            "coverage": _ratio(covered_credit, baskets * WHOLE_BASKET),
            "ratio_to_best_sellers": _ratio(int(credit @ number), int(best_credit @ number)),
            "ratio_lower": lower,
            "ratio_upper": upper,
        }


def _share_of(counts: pd.DataFrame) -> pd.Series:
    """Return what one source of each row's baskets is worth, in ``WHOLE_BASKET``-ths."""
    return WHOLE_BASKET // counts["basket_size"]


def _ratio(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else math.nan
