"""The forecast by other roads: integrals, formulas as published, the procedure in loops."""

import datetime
import math
from collections import defaultdict

import numpy as np
from scipy.integrate import trapezoid
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1
from scipy.stats import beta as beta_distribution
from scipy.stats import gamma as gamma_distribution

# Integrals run over logarithms and log-odds: smooth and falling to 0 at both ends, where the
# trapezoid rule is exact to rounding.
LOG_RATE = np.linspace(-150, 15, 6001)
LOG_ODDS = np.linspace(-60, 60, 6001)


def bg_nbd_likelihoods(parameters, histories):
    """Integrate the likelihood of each (x, t_x, T) over the rate and the chance to leave."""
    r, alpha, a, b = parameters
    rate = np.exp(LOG_RATE)
    rate_density = gamma_distribution(r, scale=1 / alpha).pdf(rate) * rate
    chance, stay = 1 / (1 + np.exp(-LOG_ODDS)), 1 / (1 + np.exp(LOG_ODDS))
    chance_density = beta_distribution(a, b).pdf(chance) * chance * stay

    def buying(x, until):
        return trapezoid(rate**x * np.exp(-rate * until) * rate_density, LOG_RATE)

    def leaving(stays, leaves):
        return trapezoid(stay**stays * chance**leaves * chance_density, LOG_ODDS)

    return np.array(
        [
            leaving(x, 0) * buying(x, age) + (leaving(x - 1, 1) * buying(x, t_x) if x else 0)
            for x, t_x, age in histories
        ]
    )


def bg_nbd_no_purchase(parameters, horizon, x, t_x, age):
    """Integrate the chance to buy nothing in ``horizon`` weeks over rate and chance to leave."""
    r, alpha, a, b = parameters
    rate = np.exp(LOG_RATE)
    rate_density = gamma_distribution(r, scale=1 / alpha).pdf(rate) * rate
    # The chance to leave is Beta: its two expectations are those of the likelihood.
    log_stay = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    stay, left = math.exp(log_stay), 0.0
    if x:
        left = stay * a / (b + x - 1)

    def buying(until):
        return trapezoid(np.exp(x * LOG_RATE - rate * until) * rate_density, LOG_RATE)

    here = stay * buying(age)
    gone = left * buying(t_x) if x else 0.0
    return (stay * buying(age + horizon) + gone) / (here + gone)


def expected_purchases_eq_10(parameters, horizon, x, t_x, age):
    """Return eq. (10) of Fader, Hardie & Lee 2005 letter by letter."""
    r, alpha, a, b = parameters
    reach = hyp2f1(r + x, b + x, a + b + x - 1, horizon / (alpha + age + horizon))
    shrink = ((alpha + age) / (alpha + age + horizon)) ** (r + x)
    numerator = (a + b + x - 1) / (a - 1) * (1 - shrink * reach)
    died = 0 if x == 0 else a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x)
    return numerator / (1 + died)


def gamma_gamma_integrals(parameters, x, mean_value):
    """Return the density of the mean of x purchases, and the expectation of the next one."""
    p, q, gamma = parameters
    log_nu = np.log(1 / mean_value) + np.linspace(-30, 15, 3001)
    nu = np.exp(log_nu)
    of_mean = gamma_distribution(p * x, scale=1 / (nu * x)).pdf(mean_value)
    joint = of_mean * gamma_distribution(q, scale=1 / gamma).pdf(nu) * nu
    density = trapezoid(joint, log_nu)
    return density, trapezoid(p / nu * joint, log_nu) / density


def _searched(cost, start):
    """Minimise without a gradient, again from where it stopped until nothing is gained."""
    at, best = np.log(start), math.inf
    for _ in range(12):
        found = minimize(
            cost, at, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}
        )
        at = found.x
        if best - found.fun < 1e-11:
            break
        best = found.fun
    return np.exp(at)


def _fitted_bg_nbd(histories):
    """Fit the likelihood as written in section 4 of the paper, on every row."""
    x, t_x, age = (np.array(column) for column in zip(*histories, strict=True))

    def cost(logs):
        r, alpha, a, b = np.exp(logs)
        a1 = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        a2 = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        a3 = -(r + x) * np.log(alpha + age)
        a4 = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
        total = np.where(x > 0, np.logaddexp(a3, a4), a3)
        return -(a1 + a2 + total).mean()

    return _searched(cost, [0.5, 5.0, 0.5, 3.0])


def _fitted_gamma_gamma(rows):
    x, mean = (np.array(column) for column in zip(*rows, strict=True))

    def cost(logs):
        p, q, gamma = np.exp(logs)
        return -(
            gammaln(p * x + q)
            - gammaln(p * x)
            - gammaln(q)
            + q * np.log(gamma)
            + (p * x - 1) * np.log(mean)
            + p * x * np.log(x)
            - (p * x + q) * np.log(gamma + x * mean)
        ).mean()

    return _searched(cost, [2.0, 3.0, 50.0])


def forecast_by_hand(orders, as_of, *, judge=True):
    """Return the whole procedure of METHODS at one day, customer by customer, in plain loops.

    Args:
        orders: (customer, day, value) tuples of revenue orders, any order.
        as_of: the last day that counts.
        judge: run it a year before too, for the hold-out.

    Returns:
        dict with customers (id -> figures), level_revenue, level_orders, level_shift, cells (list
        of customers, purchase days, revenue, bought), expected_revenue, expected_orders, refusal,
        holdout (expected and actual totals) or None.
    """
    year = datetime.timedelta(days=365)
    year_ago = as_of - year
    days = defaultdict(lambda: defaultdict(float))
    for customer, day, value in orders:
        if day <= as_of:
            days[customer][day] += value
    by_then = {c: {d: v for d, v in of.items() if d <= year_ago} for c, of in days.items()}
    by_then = {c: of for c, of in by_then.items() if of}
    if not days or min(min(of) for of in days.values()) > as_of - 2 * year:
        return {"refusal": "history_under_two_years"}
    if sum(len(of) > 1 for of in by_then.values()) < 200:
        return {"refusal": "too_few_repeat_customers"}

    def window(of, end, length):
        return [v for d, v in of.items() if end - datetime.timedelta(days=length) < d <= end]

    def active(histories, end):
        return {c for c, of in histories.items() if window(of, end, 365)}

    active_then, active_now = active(by_then, year_ago), active(days, as_of)
    if len(active_then) < 200:
        return {"refusal": "too_few_customers_a_year_ago"}

    def place(of, end):
        recency = (end - max(of)).days
        bought = len(window(of, end, 365))
        band = next(i for i, most in enumerate((30, 91, 182, 365)) if recency <= most)
        klass = next(i for i, most in enumerate((1, 2, 4, 8, 10**9)) if bought <= most)
        return band, klass

    then = {c: place(by_then[c], year_ago) for c in active_then}

    def merged(groups):
        """Return lists of adjacent groups with 50 members, the rest added to the last list."""
        made, current, held = [], [], 0
        for name, members in groups:
            current.append(name)
            held += members
            if held >= 50:
                made.append(current)
                current, held = [], 0
        if current:
            made[-1:] = [[*(made[-1] if made else []), *current]]
        return made

    number_of, members_of = {}, {}
    for bands in merged([(i, sum(p[0] == i for p in then.values())) for i in range(4)]):
        inside = {c: p for c, p in then.items() if p[0] in bands}
        for classes in merged([(j, sum(p[1] == j for p in inside.values())) for j in range(5)]):
            number = len(members_of)
            members_of[number] = sorted(c for c, p in inside.items() if p[1] in classes)
            number_of |= {(i, j): number for i in bands for j in classes}

    cells, outer = [], []
    for members in members_of.values():
        following = [window(days[c], as_of, 365) for c in members]
        ratios = sorted(
            sum(came) / sum(window(by_then[c], year_ago, 365))
            for c, came in zip(members, following, strict=True)
        )
        n = len(ratios)
        outer.append((ratios[(n + 1) // 10 - 1], ratios[math.ceil(9 * (n + 1) / 10) - 1]))
        cells.append(
            (n, sum(map(len, following)), sum(map(sum, following)), sum(map(bool, following)))
        )

    histories, values = {}, {}
    for customer, of in days.items():
        first = min(of)
        repeats = [v for d, v in of.items() if d > first]
        weeks = (max(of) - first).days / 7, (as_of - first).days / 7
        histories[customer] = (len(repeats), *weeks)
        values[customer] = (
            (len(repeats), sum(repeats) / len(repeats)) if repeats else (1, of[first])
        )
    fitted = _fitted_bg_nbd(list(histories.values()))
    r, alpha, a, b = fitted
    p, q, gamma = _fitted_gamma_gamma([v for c, v in values.items() if histories[c][0]])

    said, worth, alive, chance = {}, {}, {}, {}
    for customer, (x, t_x, age) in histories.items():
        said[customer] = expected_purchases_eq_10(fitted, 365 / 7, x, t_x, age)
        n, mean = values[customer]
        worth[customer] = p * (gamma + n * mean) / (p * n + q - 1)
        odds = a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x) if x else 0
        alive[customer] = 1 / (1 + odds)
        silent = ((alpha + age) / (alpha + age + 365 / 7)) ** (r + x)
        chance[customer] = 1 - (1 - alive[customer] + alive[customer] * silent)

    cell_now = {c: number_of[place(days[c], as_of)] for c in active_now}

    def by_cells(figure):
        return sum(cells[number][figure] / cells[number][0] for number in cell_now.values())

    level_revenue = by_cells(2) / sum(said[c] * worth[c] for c in active_now)
    level_orders = by_cells(1) / sum(said[c] for c in active_now)

    def churn(customer, shift):
        return 1 / (1 + chance[customer] / (1 - chance[customer]) * math.exp(shift))

    low, high = -30.0, 30.0
    while high - low > 1e-12:
        shift = (low + high) / 2
        if sum(1 - churn(c, shift) for c in active_now) < by_cells(3):
            low = shift
        else:
            high = shift
    customers = {}
    for c in days:
        spent = sum(window(days[c], as_of, 365))
        tenths = outer[cell_now[c]] if c in cell_now else (None, None)
        customers[c] = {
            "repeat_purchase_days": histories[c][0],
            "p_alive": alive[c] if histories[c][0] else None,
            "churn_probability": churn(c, shift),
            "expected_orders_365d": said[c] * level_orders,
            "expected_order_value": worth[c] * level_revenue / level_orders,
            "expected_revenue_365d": said[c] * worth[c] * level_revenue,
            "expected_revenue_low": None if c not in cell_now else spent * tenths[0],
            "expected_revenue_high": None if c not in cell_now else spent * tenths[1],
        }
    made = {
        "customers": customers,
        "cells": cells,
        "level_revenue": level_revenue,
        "level_orders": level_orders,
        "level_shift": shift,
        "expected_revenue": sum(f["expected_revenue_365d"] for f in customers.values()),
        "expected_orders": sum(f["expected_orders_365d"] for f in customers.values()),
        "refusal": None,
        "holdout": None,
    }

    def day_value(end):
        inside = [v for of in days.values() for v in window(of, end, 183)]
        return sum(inside) / len(inside)

    if not 0.8 <= day_value(as_of) / day_value(year_ago) <= 1.25:
        return made | {"refusal": "order_values_changed"}
    if not (0.5 <= level_revenue <= 2 and 0.5 <= level_orders <= 2):
        return made | {"refusal": "level_out_of_range"}
    if judge and min(min(of) for of in days.values()) <= as_of - 3 * year:
        before = forecast_by_hand(orders, year_ago, judge=False)
        if before["refusal"] is None:
            came = [window(days[c], as_of, 365) for c in by_then]
            actual = sum(map(sum, came)), sum(map(len, came))
            expected = before["expected_revenue"], before["expected_orders"]
            errors = [abs(e - t) / t for e, t in zip(expected, actual, strict=True)]
            made["holdout"] = {"expected": expected, "actual": actual, "error": max(errors)}
            if max(errors) > 0.25:
                made["refusal"] = "holdout_error_above_25_percent"
    return made
