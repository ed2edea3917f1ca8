"""The table recommendation_scorecard: one row per rule and cut-off, from counts of hits.

Formulas only. Each rule learns its lists up to ``learnt_to(as_of_date)`` and is scored on the
baskets of the ``SCORED_DAYS`` days after it. A random item of a basket is a source; it is a hit
where one of its first recommendations is in the same basket.
"""

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

RECOMMENDATIONS = "recommendations"
AFFINITY_ONLY = "affinity_only"
CONFIDENCE = "confidence"
BEST_SELLERS = "best_sellers"
RULES = (RECOMMENDATIONS, AFFINITY_ONLY, CONFIDENCE, BEST_SELLERS)

CUT_OFFS = (1, 5, 10)
SCORED_DAYS = 30
# Below 2 items nothing can be found; far above 10 anything can.
SMALLEST_BASKET = 2
LARGEST_BASKET = 10
# Divisible by every basket size, so that shares of a basket add up as whole numbers.
WHOLE_BASKET = math.lcm(*range(1, LARGEST_BASKET + 1))

REPLICATES = 2_000
SEED = 20_111_209
INTERVAL = (0.025, 0.975)

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ScorecardCounts:
    """Counts of the scored baskets, each of ``SMALLEST_BASKET`` to ``LARGEST_BASKET`` products.

    Attributes:
        hits: rule, cut_off, basket_size, hits, best_seller_hits, confidence_hits (sources of a
            basket that the rule, or one of those two, hits), baskets (int64, how many baskets are
            alike in these); no rows where no basket is scored.
        coverage: rule, basket_size, covered_sources (int64, sources with any recommendation, over
            all baskets of that size); no row where there are none.
    """

    hits: pd.DataFrame
    coverage: pd.DataFrame


def learnt_to(as_of_date: datetime.date) -> datetime.date:
    """Return the last day that is learnt from."""
    return as_of_date - datetime.timedelta(days=SCORED_DAYS)


def recommendation_scorecard(
    counts: ScorecardCounts, as_of_date: datetime.date, recommendation_days: int
) -> pd.DataFrame:
    """Return one row per rule of ``RULES`` and cut-off of ``CUT_OFFS``, in that order.

    hit_rate is the chance that a random item of a random basket is a hit: the mean over baskets
    of hits / basket size, its exact expectation, so that no item has to be drawn. coverage is the
    chance that the item has any recommendation. Each ratio is the hit rate over that of best
    sellers, or of confidence, with the bounds of ``ratio_interval``.

    Args:
        counts: of the ``SCORED_DAYS`` days up to ``as_of_date``.
        as_of_date: the last scored day.
        recommendation_days: days that were learnt from.

    Returns:
        The columns of analytics.recommendation_scorecard: counts int64, rates and ratios float64,
        NaN where no basket was scored (rates) or the other rule had no hit (ratios), an upper bound
        also where it is not finite; dates datetime64.
    """
    last_learnt = learnt_to(as_of_date)
    first_learnt = last_learnt - datetime.timedelta(days=recommendation_days - 1)
    rows = [row for rule in RULES for row in _rows_of(counts, rule)]
    return pd.DataFrame(rows).assign(
        learnt_from=pd.Timestamp(first_learnt),
        learnt_to=pd.Timestamp(last_learnt),
        scored_to=pd.Timestamp(as_of_date),
        as_of_date=pd.Timestamp(as_of_date),
    )


def finding(table: pd.DataFrame) -> str:
    """Return what the scorecard says of the first five recommendations, in one sentence."""
    row = table[(table["rule"] == RECOMMENDATIONS) & (table["cut_off"] == 5)].iloc[0]
    if not row["baskets"]:
        return (
            f"No basket of {SMALLEST_BASKET} to {LARGEST_BASKET} items in the {SCORED_DAYS} days "
            f"to {row['scored_to']:%Y-%m-%d}: nothing could be scored"
        )
    said = (
        f"Of a random item of a basket, one of the first five recommendations is in the basket too "
        f"{row['hit_rate']:.1%} of the time"
    )
    for name, words in (("best_sellers", "best sellers"), ("confidence", "confidence alone")):
        if not pd.isna(row[f"ratio_to_{name}"]):
            lower, upper = row[f"ratio_to_{name}_lower"], row[f"ratio_to_{name}_upper"]
            ends = f"{lower:.2f} to " + ("any" if pd.isna(upper) else f"{upper:.2f}")
            said += f"; {row[f'ratio_to_{name}']:.2f} times that of {words} ({ends})"
    return said


def _rows_of(counts: ScorecardCounts, rule: str) -> Iterator[dict[str, str | int | float]]:
    covered = counts.coverage[counts.coverage["rule"] == rule]
    covered_credit = int(_credit(covered, "covered_sources").sum())
    for cut_off in CUT_OFFS:
        kinds = counts.hits[(counts.hits["rule"] == rule) & (counts.hits["cut_off"] == cut_off)]
        # The engine's order is any; the draws must not depend on it.
        kinds = kinds.sort_values(["basket_size", "hits", "best_seller_hits", "confidence_hits"])
        number = kinds["baskets"].to_numpy(dtype=np.int64)
        credit = _credit(kinds, "hits")
        whole = int(number.sum()) * WHOLE_BASKET
        row: dict[str, str | int | float] = {
            "rule": rule,
            "cut_off": cut_off,
            "baskets": int(number.sum()),
            "hit_rate": _ratio(int(credit @ number), whole),
            "coverage": _ratio(covered_credit, whole),
        }
        for name, hits in (("best_sellers", "best_seller_hits"), ("confidence", "confidence_hits")):
            other = _credit(kinds, hits)
            lower, upper = ratio_interval(credit, other, number)
            row[f"ratio_to_{name}"] = _ratio(int(credit @ number), int(other @ number))
            row[f"ratio_to_{name}_lower"] = lower
            row[f"ratio_to_{name}_upper"] = upper
        yield row


def ratio_interval(credit: Counts, other_credit: Counts, baskets: Counts) -> tuple[float, float]:
    """Return the 95 % percentile interval of sum(credit) / sum(other_credit) over baskets.

    Baskets are drawn with replacement, as many as there are, and both sums are of the same draw
    (Efron & Tibshirani, An Introduction to the Bootstrap, 1993). Baskets of one kind are
    interchangeable, so a draw is one of the multinomial distribution over the kinds. The seed is
    fixed and the sums are whole numbers: the same counts give the same interval, to the last bit.

    Args:
        credit: what one basket of a kind adds for the rule.
        other_credit: what it adds for the rule that it is compared with.
        baskets: how many baskets are of that kind, in an order that the caller keeps.

    Returns:
        The lower and the upper end. An end is NaN where it is not finite: both where the other rule
        has no credit, the upper one where draws without any are common.
    """
    if not (other_credit * baskets).any():
        return np.nan, np.nan
    draws = np.random.default_rng(SEED).multinomial(
        baskets.sum(), baskets / baskets.sum(), size=REPLICATES
    )
    hit, other_hit = draws @ credit, draws @ other_credit
    # A draw in which neither hits speaks for neither: it counts against the rule.
    ratios = np.where(hit > 0, np.inf, 0.0)
    np.divide(hit, other_hit, out=ratios, where=other_hit > 0)
    # An observed ratio, since nothing lies between a number and infinity.
    lower, upper = np.quantile(ratios, INTERVAL, method="inverted_cdf")
    return float(lower), float(upper) if np.isfinite(upper) else np.nan


def _credit(counts: pd.DataFrame, hits: str) -> Counts:
    """Return what each row's ``hits`` are worth to its basket, in ``WHOLE_BASKET``-ths."""
    return (counts[hits] * (WHOLE_BASKET // counts["basket_size"])).to_numpy(dtype=np.int64)


def _ratio(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else math.nan
