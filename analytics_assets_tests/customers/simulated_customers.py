"""Customers of known parameters, lived one purchase at a time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

RATE = (0.8, 5.5)
DROPOUT = (0.9, 8.0)


@dataclass(frozen=True)
class Lives:
    """Purchase times of all customers; time 0 is a customer's own first purchase."""

    customer: np.ndarray
    time: np.ndarray
    left_after: np.ndarray  # time of the purchase after which the customer left, inf if none


def live(rng, customers, weeks, rate=RATE, dropout=DROPOUT):
    """Let ``customers`` buy for ``weeks``; ``dropout`` None means that nobody ever leaves."""
    buys = rng.gamma(rate[0], 1 / rate[1], customers)
    leaves = rng.beta(*dropout, customers) if dropout else np.zeros(customers)
    left_after = np.full(customers, np.inf)
    now, there = np.zeros(customers), np.arange(customers)
    ids, times = [there], [now.copy()]
    while len(there):
        now[there] += rng.exponential(1 / buys[there])
        there = there[now[there] <= weeks]
        ids.append(there)
        times.append(now[there])
        gone = rng.random(len(there)) < leaves[there]
        left_after[there[gone]] = now[there[gone]]
        there = there[~gone]
    return Lives(np.concatenate(ids), np.concatenate(times), left_after)


def summary(lives, until):
    """Return x, t_x and the number of purchases after ``until`` of each customer.

    ``until`` is one number, or one a customer.
    """
    customers = len(lives.left_after)
    before = lives.time <= np.broadcast_to(until, customers)[lives.customer]
    x = np.bincount(lives.customer[before], minlength=customers) - 1
    later = np.bincount(lives.customer[~before], minlength=customers)
    t_x = np.zeros(customers)
    np.maximum.at(t_x, lives.customer[before], lives.time[before])
    return x, t_x, later


def histories(rng, customers, history_days=700, holdout_days=183, **process):
    """Return a table of purchase histories as the warehouse returns it, in whole days."""
    lives = live(rng, customers, history_days / 7, **process)
    joined = rng.integers(0, history_days, customers)
    day = joined[lives.customer] + np.ceil(lives.time * 7).astype(int)
    own_mean = 40 * rng.gamma(6, 1 / 6, customers)
    value = own_mean[lives.customer] * rng.gamma(3, 1 / 3, len(day))
    days = pd.DataFrame({"customer": lives.customer, "day": day, "value": value})
    days = days[days["day"] <= history_days]
    days = days.groupby(["customer", "day"], as_index=False)["value"].sum()
    split = history_days - holdout_days
    whole, calibration = _history(days, history_days), _history(days[days["day"] <= split], split)
    later = days[days["day"] > split].groupby("customer")["value"].agg(["size", "sum"])
    later = later.reindex(calibration.index, fill_value=0)
    calibration = calibration.add_prefix("calibration_").assign(
        holdout_purchase_days=later["size"], holdout_revenue=later["sum"]
    )
    table = whole.join(calibration).reset_index()
    return table.assign(customer_id="c" + table.pop("customer").astype(str))


def _history(days, end):
    bought = days.groupby("customer")["day"]
    first, size = bought.min(), bought.size()
    repeats = days[days["day"] > days["customer"].map(first)]
    return pd.DataFrame(
        {
            "repeat_purchase_days": size - 1,
            "recency_days": bought.max() - first,
            "age_days": end - first,
            "repeat_day_value": repeats.groupby("customer")["value"].mean(),
        }
    )
