"""Grids of shops whose truth is known: what each member does is drawn, nothing else differs."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analytics_assets.defs.cohorts.health import cohort_health
from analytics_assets.defs.cohorts.retention_index import monthly_retention_index

MONTHS = 25  # two years of cohorts after the first one, which nobody judges
CHRISTMAS = np.array([0.6, 0.8, 0.9, 1.0, 1.0, 0.9, 0.8, 0.9, 1.0, 1.1, 1.6, 1.5])

Effect = Callable[[int, np.ndarray], np.ndarray | float]


def simulated_grid(
    size: int,
    seed: int,
    *,
    months: int = MONTHS,
    growth: float = 1.0,
    season: np.ndarray | None = None,
    effect: Effect = lambda _cohort, _month: 1.0,
) -> pd.DataFrame:
    """Return what dense_grid returns of such a shop, all months complete, first one January 2020.

    A member buys in a month with a probability of their own (beta, mean 0.2) times the season,
    until they leave (4 % of those who are left, each month). ``effect(cohort, months)`` multiplies
    the probability in the calendar months given; ``size`` grows by ``growth`` a cohort.
    """
    random = np.random.default_rng(seed)
    first_day = np.datetime64("2020-01")
    grids = []
    for cohort in range(months):
        members = max(1, round(size * growth**cohort))
        calendar = np.arange(cohort, months)
        factor = np.ones(len(calendar)) if season is None else season[calendar % 12]
        rate = random.beta(1.2, 4.8, members)[:, None] * factor * effect(cohort, calendar)
        stays = random.geometric(0.04, members)[:, None] >= np.arange(len(calendar))
        buys = (random.random(rate.shape) < np.minimum(rate, 0.95)) & stays
        grids.append(
            grid_of_members(buys).assign(cohort_month=(first_day + cohort).astype("M8[us]"))
        )
    return pd.concat(grids, ignore_index=True)


def grid_of_members(buys: np.ndarray) -> pd.DataFrame:
    """Return the cells of one cohort: ``buys[member, age]`` says who was active."""
    before = buys[:, 1:].cumsum(axis=1) - buys[:, 1:]
    earlier = np.concatenate([np.zeros_like(buys[:, :1], dtype=int), before], axis=1)
    return pd.DataFrame(
        {
            "months_since_signup": np.arange(buys.shape[1]),
            "cohort_size": len(buys),
            "active_customers": buys.sum(axis=0),
            "earlier_active_months": (earlier * buys).sum(axis=0),
            "is_complete": True,
        }
    )


SHOPS = {
    "stable": {},
    "growing 5 % a month": {"growth": 1.05},
    "seasonal": {"season": CHRISTMAS},
    "seasonal and growing": {"season": CHRISTMAS, "growth": 1.05},
}
SIZES = (50, 100, 200, 500, 1000, 2000)
CHANGED_COHORT, CHANGED_MONTH = 8, 20


def false_alarms(shop: str, size: int, shops: int) -> tuple[float, float, float]:
    """Return the shares of judged cells, of health_to_date and of months flagged without cause."""
    flags = [[], [], []]
    for seed in range(shops):
        grid = simulated_grid(size, 1000 + seed, **SHOPS[shop])
        health = cohort_health(grid)
        judged = health["cohort_health"] != "insufficient_data"
        flags[0] += list(health["cohort_health"][judged] != "moderate")
        flags[1] += list(health["health_to_date"][judged] != "moderate")
        change = index_of(grid)["retention_change"]
        flags[2] += list(change[change != "insufficient_data"] != "none")
    cells, to_date, months = (float(np.mean(flag)) for flag in flags)
    return cells, to_date, months


def power(factor: float, size: int, shops: int) -> tuple[float, float, float]:
    """Return how often a loss is seen, as shares of cells, of health_to_date and of months.

    Of the first two one cohort buys ``factor`` times as often as the others; of the last everybody
    does in one month.
    """
    cells, to_date, months = [], [], []
    for seed in range(shops):
        grid = simulated_grid(
            size, 5000 + seed, effect=lambda cohort, _: factor if cohort == CHANGED_COHORT else 1.0
        )
        health = pd.DataFrame(cohort_health(grid))
        of_cohort = grid["cohort_month"] == grid["cohort_month"].unique()[CHANGED_COHORT]
        own = health[of_cohort & (health["cohort_health"] != "insufficient_data")]
        cells += list(own["cohort_health"].isin(["at_risk", "poor"]))
        to_date += list(own["health_to_date"].isin(["at_risk", "poor"]))
        everybody = simulated_grid(
            size, 5000 + seed, effect=lambda _, month: np.where(month == CHANGED_MONTH, factor, 1.0)
        )
        months.append(index_of(everybody)["retention_change"][CHANGED_MONTH] == "below")
    return float(np.mean(cells)), float(np.mean(to_date)), float(np.mean(months))


def index_of(grid: pd.DataFrame) -> pd.DataFrame:
    last_day = pd.Timestamp(2022, 1, 31)
    return monthly_retention_index(grid.assign(as_of_date=last_day))


def main(shops: int = 40) -> None:
    """Print the tables of docs/methods.md: ``python simulated_cohorts.py``."""
    for name in SHOPS:
        for size in SIZES:
            rates = " | ".join(f"{100 * rate:.1f} %" for rate in false_alarms(name, size, shops))
            print(f"| {name} | {size:,} | {rates} |", flush=True)
    for factor in (0.8, 0.7, 0.5):
        for size in SIZES:
            rates = " | ".join(f"{rate:.2f}" for rate in power(factor, size, shops))
            print(f"| {1 - factor:.0%} fewer | {size:,} | {rates} |", flush=True)


if __name__ == "__main__":
    main()
