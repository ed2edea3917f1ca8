"""The planted pairs can be found and nothing else can, by a plain reading of the method's text."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analytics_assets.demo_shop import DemoShop

pytestmark = pytest.mark.slow

DEMAND = {"completed", "delivered", "shipped", "processing", "pending"}
SMALLEST_STRATUM = 200


def baskets_of_last_90_days(shop: DemoShop) -> pd.DataFrame:
    """Boolean matrix, one row a basket (index: month, order_id), one column a product."""
    orders = shop.orders.to_pandas()
    status = orders.order_status.str.strip().str.lower()
    recent = orders.order_date >= pd.Timestamp("2025-10-03")
    lines = shop.order_items.to_pandas()[["order_id", "product_id"]]
    lines = lines.merge(orders.loc[recent & status.isin(DEMAND), ["order_id", "order_date"]])
    lines["month"] = lines.order_date.dt.month
    return pd.crosstab([lines.month, lines.order_id], lines.product_id) > 0


def strata(baskets: pd.DataFrame) -> np.ndarray:
    """Label each basket by month and size, sizes merged up to 200 baskets; -1 for one item."""
    size = baskets.sum(axis=1).to_numpy()
    month = baskets.index.get_level_values("month").to_numpy()
    label = np.full(len(size), -1)
    groups = []
    for m in np.unique(month):
        open_group: list[int] = []
        month_groups: list[tuple[int, list[int]]] = []
        for s in range(2, size.max() + 1):
            open_group.append(s)
            if np.isin(size[month == m], open_group).sum() >= SMALLEST_STRATUM:
                month_groups.append((m, open_group))
                open_group = []
        month_groups[-1][1].extend(open_group)
        groups += month_groups
    for number, (m, sizes) in enumerate(groups):
        label[(month == m) & np.isin(size, sizes)] = number
    return label


def expected_together(baskets: pd.DataFrame, label: np.ndarray) -> np.ndarray:
    """Quasi-independence: in each stratum weights with w_A * (sum of w - w_A) = R_A."""
    holds = baskets.to_numpy(dtype=float)
    total = np.zeros((holds.shape[1], holds.shape[1]))
    for stratum in range(label.max() + 1):
        x = holds[label == stratum]
        partners = x.T @ (x.sum(axis=1) - 1)
        w = partners / np.sqrt(partners.sum())
        for _ in range(500):
            new = np.sqrt(w * partners / (w.sum() - w))
            change = np.nanmax(np.abs(new / np.where(w > 0, w, np.nan) - 1))
            w = new
            if change < 1e-9:
                break
        assert np.allclose(w * (w.sum() - w), partners)
        total += np.outer(w, w)
    return total


def pairs_of(shop: DemoShop) -> pd.DataFrame:
    baskets = baskets_of_last_90_days(shop)
    holds = baskets.to_numpy(dtype=float)
    together, count = holds.T @ holds, len(holds)
    expected = expected_together(baskets, strata(baskets))
    a, b = np.triu_indices(holds.shape[1], k=1)
    n_a, n_b, n_ab = together[a, a], together[b, b], together[a, b]
    wilson_a = proportion_confint(n_ab, n_a, method="wilson")[0]
    wilson_b = proportion_confint(n_ab, n_b, method="wilson")[0]
    n_ab = np.maximum(n_ab, 1e-9)  # none together: a bound of nearly 0 instead of 0 / 0
    lift = n_ab * count / (n_a * n_b)
    lower = np.minimum(wilson_a * count / n_b, wilson_b * count / n_a)
    adjusted = n_ab / expected[a, b]
    p = np.where(n_ab >= 5, poisson.sf(n_ab - 1, expected[a, b]), 1.0)
    ids = baskets.columns.to_numpy()
    q = multipletests(p, method="fdr_bh")[1]
    pairs = pd.DataFrame({"a": ids[a], "b": ids[b], "adjusted_lift": adjusted, "q": q})
    pairs["lower_bound"] = lower * adjusted / lift
    return pairs.set_index(["a", "b"])


@pytest.fixture(scope="module")
def pairs(shop: DemoShop) -> pd.DataFrame:
    found = pairs_of(shop)
    planted = {(p["product_a_id"], p["product_b_id"]) for p in shop.ground_truth["planted_pairs"]}
    found["planted"] = [pair in planted for pair in found.index]
    found["called"] = (found.q <= 0.05) & (found.lower_bound >= 1.5)
    return found


def test_planted_pairs_are_found_and_only_they(pairs: pd.DataFrame) -> None:
    assert pairs.planted.sum() == 16
    assert pairs.called[pairs.planted].mean() >= 0.9
    assert pairs.planted[pairs.called].mean() >= 0.95


def test_planted_pairs_stand_clear_of_the_others(pairs: pd.DataFrame) -> None:
    assert pairs.adjusted_lift[pairs.planted].between(2.0, 6.0).all()
    others = pairs[~pairs.planted]
    assert others.adjusted_lift.median() == pytest.approx(1.0, abs=0.05)
    assert others.lower_bound.max() < 1.4
    assert (others.q <= 0.05).mean() <= 0.005


def test_a_pair_told_to_be_unrelated_is_planted_nowhere_and_called_nowhere(
    shop: DemoShop, pairs: pd.DataFrame
) -> None:
    told = [(p["product_a_id"], p["product_b_id"]) for p in shop.ground_truth["unrelated_pairs"]]
    assert len(told) == len(set(told)) > 40
    assert not pairs.loc[told, "planted"].any()
    assert not pairs.loc[told, "called"].any()


def test_no_product_is_in_two_habits_and_the_first_product_is_in_one(shop: DemoShop) -> None:
    planted = shop.ground_truth["planted_pairs"]
    ids = [p[side] for p in planted for side in ("product_a_id", "product_b_id")]
    assert len(ids) == len(set(ids))
    assert "PROD_001" in ids


def test_habits_act_at_their_attach_rate(shop: DemoShop) -> None:
    orders, lines = shop.orders["order_id"].to_pandas(), shop.order_items.to_pandas()
    lines = lines[lines.order_id.isin(orders)]
    baskets = lines.groupby("product_id").order_id.agg(set)
    lost = shop.ground_truth["dirt"]["order_without_items"]["rows"]
    for pair in shop.ground_truth["planted_pairs"]:
        anchor = baskets[pair["anchor_product_id"]]
        both = len(anchor & baskets[pair["attached_product_id"]])
        by_chance, by_habit = pair["baskets_by_chance"], pair["baskets_by_habit"]
        assert 0 <= by_chance + by_habit - both <= lost
        tries, rate = len(anchor) - by_chance, pair["attach_rate"]
        assert abs(by_habit - tries * rate) < 4 * np.sqrt(tries * rate * (1 - rate)) + lost
        assert pair["true_lift"] == pytest.approx(1 + by_habit / by_chance, abs=1e-4)
