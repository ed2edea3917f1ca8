"""Customers of known parameters, lived one purchase at a time."""

from dataclasses import dataclass

import numpy as np

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
