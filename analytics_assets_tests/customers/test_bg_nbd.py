"""BG/NBD against the paper's figures, numerical integrals and customers of known parameters."""

import itertools

import numpy as np
import pytest
from forecast_oracle import bg_nbd_likelihoods, bg_nbd_no_purchase, expected_purchases_eq_10
from hypothesis import given
from hypothesis import strategies as st
from simulated_customers import DROPOUT, RATE, live, summary

from analytics_assets.defs.customers import maximum_likelihood
from analytics_assets.defs.customers.bg_nbd import (
    BgNbd,
    expected_purchases,
    fit_bg_nbd,
    p_alive,
    probability_of_a_purchase,
)

CDNOW = (0.2426, 4.4135, 0.7929, 2.4258)
SHOP = (*RATE, *DROPOUT)
HISTORIES = [(0, 0, 0.0), (0, 0, 60), (1, 5, 5), (2, 30.43, 38.86), (30, 20, 52), (120, 90, 104)]


def test_the_conditional_expectation_is_the_paper_s():
    assert expected_purchases(BgNbd(*CDNOW), 39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize("parameters", [CDNOW, SHOP, (3.0, 20.0, 1.7, 0.4), (0.6, 9.0, 0.15, 3.4)])
@pytest.mark.parametrize("history", HISTORIES)
def test_the_conditional_expectation_is_equation_10(parameters, history):
    for horizon in (1 / 7, 39, 52, 200):
        assert expected_purchases(BgNbd(*parameters), horizon, *history) == pytest.approx(
            expected_purchases_eq_10(parameters, horizon, *history), rel=1e-8
        )


def test_the_conditional_expectation_is_smooth_where_equation_10_is_0_by_0():
    near = [
        expected_purchases_eq_10((0.8, 5.5, a, 8.0), 52, 3, 20, 40) for a in (1 - 1e-4, 1 + 1e-4)
    ]

    assert expected_purchases(BgNbd(0.8, 5.5, 1.0, 8.0), 52, 3, 20, 40) == pytest.approx(
        np.mean(near), rel=1e-7
    )


@pytest.mark.parametrize("parameters", [CDNOW, SHOP])
@pytest.mark.parametrize("history", HISTORIES)
def test_the_chance_of_a_purchase_is_the_integral_over_all_customers_one_could_be(
    parameters, history
):
    for horizon in (1 / 7, 365 / 7):
        assert probability_of_a_purchase(BgNbd(*parameters), horizon, *history) == pytest.approx(
            1 - bg_nbd_no_purchase(parameters, horizon, *history), rel=1e-7, abs=1e-12
        )


def test_large_a_and_b_are_one_chance_to_leave_for_all():
    p, r, alpha, x, age, horizon = 0.1, 0.8, 5.5, 4, 30.0, 52.0
    same_for_all = (1 - (1 + p * horizon / (alpha + age)) ** -(r + x)) / p

    model = BgNbd(r, alpha, 1e7 * p, 1e7 * (1 - p))

    if_alive = expected_purchases(model, horizon, x, age, age) / p_alive(model, x, age, age)
    assert if_alive == pytest.approx(same_for_all, rel=1e-5)


@given(
    st.tuples(*(st.floats(1e-3, 50) for _ in range(4))),
    st.integers(0, 300),
    st.floats(0, 1),
    st.floats(0, 300),
    st.floats(1 / 7, 104),
)
def test_expectations_are_finite_and_grow_with_the_horizon(parameters, x, share, age, horizon):
    model, t_x = BgNbd(*parameters), share * age if x else 0.0

    alive = float(p_alive(model, x, t_x, age))
    near, far = (float(expected_purchases(model, h, x, t_x, age)) for h in (horizon, 2 * horizon))

    assert 0 <= alive <= 1
    # Nobody expects more than who is certain to stay.
    certain = alive * (model.r + x) / (model.alpha + age) * horizon
    assert 0 <= near <= certain * (1 + 1e-9)
    assert near <= far <= 2 * near * (1 + 1e-6)


def test_many_purchases_on_the_first_day_do_not_overflow():
    model = BgNbd(*CDNOW)

    for t_x, age in itertools.product((0, 1 / 7), (1 / 7, 500)):
        assert np.isfinite(expected_purchases(model, 52, 300, t_x, age))
    assert p_alive(model, 300, 1 / 7, 500) == 0
    assert p_alive(model, 300, 500, 500) == pytest.approx(1 / (1 + 0.7929 / 301.4258))


def test_a_customer_without_repeat_purchases_is_alive():
    model = BgNbd(*CDNOW)

    assert p_alive(model, [0, 0], [0, 0], [0, 99]).tolist() == [1, 1]


def test_expectations_keep_the_shape_they_are_given():
    model = BgNbd(*CDNOW)

    assert expected_purchases(model, 39, [], [], []).shape == (0,)
    assert expected_purchases(model, 39, [[0], [2]], 0, [10, 20, 30]).shape == (2, 3)


@pytest.fixture(scope="module")
def shop():
    """60,000 customers of SHOP, seen for 40 weeks and then for 40 more."""
    lives = live(np.random.default_rng(5), 60_000, 80)
    return lives, *summary(lives, 40)


def test_simulated_customers_buy_what_is_expected(shop):
    _, x, t_x, later = shop
    expected = expected_purchases(BgNbd(*SHOP), 40, x, t_x, 40)

    for group in (x == 0, x == 1, (x > 1) & (x < 5), x >= 5, (x >= 3) & (t_x < 15)):
        noise = later[group].std() / np.sqrt(group.sum())
        assert abs(later[group].mean() - expected[group].mean()) < 4 * noise


def test_simulated_customers_buy_again_as_often_as_said(shop):
    _, x, t_x, later = shop
    said = probability_of_a_purchase(BgNbd(*SHOP), 40, x, t_x, 40)

    for low, high in itertools.pairwise((0.0, 0.2, 0.5, 0.8, 1.0)):
        group = (said >= low) & (said < high)
        assert (later[group] > 0).mean() == pytest.approx(said[group].mean(), abs=0.03)


def test_simulated_customers_are_alive_as_often_as_said(shop):
    lives, x, t_x, _ = shop
    said, is_alive = p_alive(BgNbd(*SHOP), x, t_x, 40), lives.left_after > 40

    for low, high in itertools.pairwise((0.0, 0.2, 0.5, 0.8, 1.0)):
        group = (said >= low) & (said < high)
        assert is_alive[group].mean() == pytest.approx(said[group].mean(), abs=0.03)


@pytest.mark.parametrize("parameters", [SHOP, pytest.param(CDNOW, marks=pytest.mark.slow)])
def test_the_fit_finds_the_parameters_the_customers_were_made_with(parameters):
    rng = np.random.default_rng(11)
    lives = live(rng, 20_000, 104, parameters[:2], parameters[2:])
    age = rng.uniform(0, 104, 20_000)
    x, t_x, _ = summary(lives, age)

    model = fit_bg_nbd(x, t_x, age)

    assert model.converged
    r, alpha, a, b = parameters
    assert (model.r, model.alpha) == pytest.approx((r, alpha), rel=0.05)
    assert (model.a, model.b) == pytest.approx((a, b), rel=0.15)


@pytest.fixture(scope="module")
def sample():
    """A few hundred customers whose histories repeat, since they are rounded to weeks."""
    x, t_x, _ = summary(live(np.random.default_rng(2), 400, 30), 30)
    return x, np.where(x > 0, np.ceil(t_x), 0), np.full(400, 30.0)


@pytest.mark.slow
def test_the_log_likelihood_is_the_integral_over_all_customers_one_could_be(sample):
    model = fit_bg_nbd(*sample)
    parameters = np.array([model.r, model.alpha, model.a, model.b])

    def integrated(at):
        rows, counts = np.unique(np.column_stack(sample), axis=0, return_counts=True)
        return counts @ np.log(bg_nbd_likelihoods(at, rows))

    best = integrated(parameters)
    assert model.log_likelihood == pytest.approx(best, rel=1e-9)
    for step in np.vstack([np.eye(4), -np.eye(4)]):
        assert integrated(parameters * (1 + 0.03 * step)) < best


def test_the_order_of_the_customers_changes_no_digit(sample):
    order = np.random.default_rng(0).permutation(400)

    assert fit_bg_nbd(*(column[order] for column in sample)) == fit_bg_nbd(*sample)


def test_a_fit_stopped_early_says_that_it_did_not_converge(sample, monkeypatch):
    monkeypatch.setattr(maximum_likelihood, "MAX_ITERATIONS", 2)

    assert not fit_bg_nbd(*sample).converged


def test_a_shop_where_nobody_looks_gone_has_no_maximum(sample):
    x, _, age = sample

    model = fit_bg_nbd(x, np.where(x > 0, age, 0), age)

    assert not model.converged
    assert model.nobody_leaves


@pytest.mark.parametrize(
    ("histories", "message"),
    [
        (([], [], []), "no customers"),
        (([1, 2], [1, 2], [3]), "equal length"),
        (([[1]], [[1]], [[3]]), "one-dimensional"),
        (([1, np.nan], [1, 1], [2, 2]), r"row 1 .*finite"),
        (([1, 0.5], [1, 1], [2, 2]), r"row 1 \(frequency = 0.5.*whole number"),
        (([1, -1], [1, 0], [2, 2]), r"row 1 .*whole number"),
        (([1, 1], [1, 3], [2, 2]), r"row 1 .*between 0 and age"),
        (([1, 0], [1, 1], [2, 2]), r"row 1 .*0 where frequency is 0"),
    ],
)
def test_histories_that_cannot_be_are_refused(histories, message):
    with pytest.raises(ValueError, match=message):
        fit_bg_nbd(*histories)
