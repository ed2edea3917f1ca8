"""BG/NBD and Gamma-Gamma by other roads: numerical integrals and the formulas as published."""

import numpy as np
from scipy.integrate import trapezoid
from scipy.special import hyp2f1
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
