"""The table customer_value_forecast: its rows where a forecast is given, and every refusal."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from forecast_oracle import expected_purchases_eq_10
from simulated_customers import histories

from analytics_assets.defs.customers.customer_value_forecast import (
    CUSTOMER_VALUE_FORECAST_COLUMNS,
    FORECAST_BASES,
    customer_value_forecast,
    refusal,
)

EXPECTATIONS = ["p_alive", "expected_orders_365d", "expected_order_value", "expected_revenue_365d"]


@pytest.fixture(scope="module")
def shop():
    """2,500 buyers and two customers who never bought."""
    bought = histories(np.random.default_rng(17), 2500)
    return pd.concat([bought, pd.DataFrame({"customer_id": ["new", "newer"]})], ignore_index=True)


@pytest.fixture(scope="module")
def forecast_and_report(shop):
    return customer_value_forecast(shop)


@pytest.fixture(scope="module")
def table(forecast_and_report):
    return forecast_and_report[0]


@pytest.fixture(scope="module")
def report(forecast_and_report):
    return forecast_and_report[1]


def refused(shop):
    """Return the one reason that all buyers of ``shop`` are given."""
    table, report = customer_value_forecast(shop)
    bought = shop["repeat_purchase_days"].notna().to_numpy()
    assert table[EXPECTATIONS].isna().all(axis=None)
    assert (table.loc[~bought, "forecast_basis"] == "never_purchased").all()
    assert table.loc[bought, "repeat_purchase_days"].notna().all()
    (reason,) = table.loc[bought, "forecast_basis"].unique()
    assert reason == report.refusal
    return reason


def with_repeat_customers(shop, number, column="repeat_purchase_days"):
    """Keep all other customers, and the first ``number`` of those with a repeat in ``column``."""
    repeat = shop[column] > 0
    return shop[~repeat | (repeat.cumsum() <= number)]


def test_the_table_has_its_columns_and_one_row_a_customer(shop, table):
    assert list(table) == list(CUSTOMER_VALUE_FORECAST_COLUMNS)
    assert table["customer_id"].tolist() == shop["customer_id"].tolist()
    assert set(table["forecast_basis"]) <= set(FORECAST_BASES)


def test_each_customer_is_forecast_as_far_as_the_models_go(table):
    given = table[EXPECTATIONS].notna().assign(x=table["repeat_purchase_days"].notna())
    by_basis = given.groupby(table["forecast_basis"])

    assert by_basis.nunique().eq(1).all(axis=None)
    assert by_basis.first().astype(int).to_dict("split")["data"] == [
        [1, 1, 1, 1, 1],  # bg_nbd_gamma_gamma
        [0, 1, 1, 1, 1],  # bg_nbd_one_time_buyer
        [0, 0, 0, 0, 0],  # never_purchased
    ]
    assert (table["repeat_purchase_days"] == 0).equals(
        (table["forecast_basis"] == "bg_nbd_one_time_buyer").astype("boolean").mask(~given["x"])
    )


def test_expectations_are_those_of_the_fitted_models(shop, table, report):
    purchases, value = report.models.purchases, report.models.value
    parameters = (purchases.r, purchases.alpha, purchases.a, purchases.b)

    for row, history in zip(table[:-2].itertuples(), shop[:-2].itertuples(), strict=True):
        x, t_x = history.repeat_purchase_days, history.recency_days / 7
        orders = expected_purchases_eq_10(parameters, 365 / 7, x, t_x, history.age_days / 7)
        spent = x * history.repeat_day_value if x else 0
        worth = value.p * (value.gamma + spent) / (value.p * x + value.q - 1)
        assert row.expected_orders_365d == pytest.approx(orders, rel=1e-6)
        assert row.expected_order_value == pytest.approx(worth)
        assert row.expected_revenue_365d == pytest.approx(orders * worth, rel=1e-6)
        if x:
            odds = (parameters[1] + history.age_days / 7) / (parameters[1] + t_x)
            left = parameters[2] / (parameters[3] + x - 1) * odds ** (parameters[0] + x)
            assert row.p_alive == pytest.approx(1 / (1 + left))


def test_the_order_of_the_rows_changes_no_digit(shop, table, report):
    shuffled, same_report = customer_value_forecast(shop.sample(frac=1, random_state=3))

    sorted_tables = (
        frame.sort_values("customer_id", ignore_index=True) for frame in (table, shuffled)
    )
    pd.testing.assert_frame_equal(*sorted_tables, check_exact=True)
    assert same_report == report


def test_the_report_compares_the_past_s_forecast_with_what_came(shop, report):
    known = shop["calibration_age_days"].notna()
    holdout = report.holdout

    assert report.refusal is None
    assert (report.customers, report.buyers) == (2502, 2500)
    assert report.repeat_customers == (shop["repeat_purchase_days"] > 0).sum()
    assert (holdout.days, holdout.customers) == (183, known.sum())
    assert holdout.models.purchases.n_customers == known.sum()
    assert holdout.actual_purchase_days == shop["holdout_purchase_days"].sum()
    assert holdout.actual_revenue == pytest.approx(shop["holdout_revenue"].sum())
    # Simulated by the models' own rules, so they must foretell it.
    assert holdout.error < 0.1
    assert holdout.revenue_error < 0.1
    assert abs(report.value_frequency_correlation) < 0.1


def test_the_report_s_groups_add_up(shop, report):
    groups = report.holdout.by_frequency

    assert [group.repeat_purchase_days for group in groups] == list(range(8))
    for group in groups:
        x = shop["calibration_repeat_purchase_days"]
        rows = shop[x >= 7 if group.repeat_purchase_days == 7 else x == group.repeat_purchase_days]
        assert group.customers == len(rows)
        assert group.actual_purchase_days == rows["holdout_purchase_days"].sum()
    assert sum(group.predicted_purchase_days for group in groups) == pytest.approx(
        report.holdout.predicted_purchase_days
    )


def test_under_200_repeat_customers_no_forecast_is_given(shop):
    assert refused(with_repeat_customers(shop, 199)) == "too_few_repeat_customers"


def test_under_200_repeat_customers_before_the_split_no_forecast_is_given(shop):
    few = with_repeat_customers(shop, 199, "calibration_repeat_purchase_days")
    enough = with_repeat_customers(shop, 200, "calibration_repeat_purchase_days")

    assert (few["repeat_purchase_days"] > 0).sum() >= 200
    assert refused(few) == "too_few_repeat_customers"
    assert customer_value_forecast(enough)[1].holdout is not None


def test_a_shop_of_one_price_is_not_forecast(shop):
    one_price = shop.assign(
        repeat_day_value=shop["repeat_day_value"].where(shop["repeat_day_value"].isna(), 9.99)
    )

    assert refused(one_price) == "fit_did_not_converge"


def test_a_calibration_that_did_not_converge_vouches_for_nothing(report):
    failed = dataclasses.replace(report.models.purchases, converged=False)
    models = dataclasses.replace(report.models, purchases=failed)
    holdout = dataclasses.replace(report.holdout, models=models)

    assert refusal(report.models, holdout) == "fit_did_not_converge"
    assert refusal(models, report.holdout) == "fit_did_not_converge"


def test_a_hold_out_that_bought_half_as_much_is_not_forecast(shop):
    halved = shop.assign(holdout_purchase_days=shop["holdout_purchase_days"] // 2)

    assert refused(halved) == "holdout_error_above_25_percent"


def test_a_hold_out_in_which_nobody_bought_is_not_forecast(shop):
    silent = shop.assign(
        holdout_purchase_days=shop["holdout_purchase_days"] * 0,
        holdout_revenue=shop["holdout_revenue"] * 0,
    )

    assert refused(silent) == "holdout_error_above_25_percent"


@pytest.mark.parametrize(
    ("error", "reason"), [(0.25, None), (0.2501, "holdout_error_above_25_percent")]
)
def test_a_quarter_is_the_largest_error_allowed(report, error, reason):
    assert refusal(report.models, dataclasses.replace(report.holdout, error=error)) == reason


def test_no_customers_make_an_empty_table(shop):
    table, report = customer_value_forecast(shop[:0])

    assert list(table) == list(CUSTOMER_VALUE_FORECAST_COLUMNS)
    assert table.empty
    assert report.refusal == "too_few_repeat_customers"


def test_a_missing_column_is_named(shop):
    with pytest.raises(ValueError, match=r"lack the columns \['age_days'\]"):
        customer_value_forecast(shop.drop(columns="age_days"))
