"""The table customer_value_forecast against the procedure in plain loops, and every refusal."""

import datetime

import numpy as np
import pandas as pd
import pytest
from forecast_oracle import forecast_by_hand
from simulated_shops import FIRST_DAY, Shop, orders_of, session_of

from analytics_assets.defs.customers.customer_value_forecast import (
    FORECAST_COLUMNS,
    REFUSALS,
    churn_by_tenths,
    customer_value_forecast,
)
from analytics_assets.defs.customers.histories import purchase_histories
from analytics_assets.defs.customers.year_ago_cells import draw_cells

DAY = datetime.date(2024, 6, 30)
YEAR_AGO = DAY - datetime.timedelta(days=365)
FIGURES = [name for name in FORECAST_COLUMNS if name.startswith(("p_", "churn", "expected"))]


def forecast_of(orders, day=DAY):
    return customer_value_forecast(purchase_histories(session_of(orders, others=2), day))


def tuples(orders):
    return [(c, day.date(), value) for c, day, value in orders.itertuples(index=False)]


@pytest.fixture(scope="module")
def orders():
    return orders_of(Shop(customers=2000, peak=2), seed=3)


@pytest.fixture(scope="module")
def forecast(orders):
    return forecast_of(orders)


@pytest.fixture(scope="module")
def by_hand(orders):
    return forecast_by_hand(tuples(orders), DAY)


def test_every_customer_is_forecast_as_by_hand(forecast, by_hand):
    table, _ = forecast
    expected = pd.DataFrame(by_hand["customers"]).T.astype("float64")

    found = table.set_index("customer_id").loc[expected.index, expected.columns].astype("float64")

    pd.testing.assert_frame_equal(found, expected, check_names=False, rtol=2e-6)


def test_level_cells_and_hold_out_are_those_by_hand(forecast, by_hand):
    _, report = forecast
    cells, level, holdout = report.cells, report.level, report.holdout

    assert report.refusal is by_hand["refusal"] is None
    found = zip(cells.customers, cells.purchase_days, cells.revenue, cells.bought, strict=True)
    assert list(found) == [pytest.approx(cell) for cell in by_hand["cells"]]
    assert (level.revenue, level.orders, level.shift) == pytest.approx(
        tuple(by_hand[f"level_{name}"] for name in ("revenue", "orders", "shift")), rel=2e-6
    )
    assert (report.expected_revenue, report.expected_orders) == pytest.approx(
        (by_hand["expected_revenue"], by_hand["expected_orders"]), rel=2e-6
    )
    assert (holdout.expected_revenue, holdout.expected_orders) == pytest.approx(
        by_hand["holdout"]["expected"], rel=2e-6
    )
    assert (holdout.actual_revenue, holdout.actual_orders) == pytest.approx(
        by_hand["holdout"]["actual"]
    )
    assert holdout.error == pytest.approx(by_hand["holdout"]["error"], rel=1e-4)


def test_what_is_not_known_of_a_customer_is_null(orders, forecast):
    table, report = forecast
    last = orders[orders["order_day"] <= pd.Timestamp(DAY)].groupby("customer_id")["order_day"]
    active = table["customer_id"].isin(last.max().index[last.max() > pd.Timestamp(YEAR_AGO)])
    bought = table["repeat_purchase_days"].notna()

    assert list(table) == list(FORECAST_COLUMNS)
    assert set(table["forecast_basis"]) == {
        "bg_nbd_gamma_gamma",
        "bg_nbd_one_time_buyer",
        "never_purchased",
    }
    assert bought.sum() == report.buyers
    assert bought.sum() == last.ngroups < len(table)
    assert active.sum() == report.active_customers
    for name in FIGURES:
        expected = bought
        if name == "p_alive":
            expected = table["repeat_purchase_days"].fillna(0) > 0
        elif name in {"expected_revenue_low", "expected_revenue_high"}:
            expected = active
        assert table[name].notna().tolist() == expected.tolist(), name


def test_what_came_back_is_worth_nothing(orders, forecast):
    back = orders["customer_id"].str[-1].map({"1": 12.34, "2": 5.0}).fillna(0)
    returns = orders.assign(returned_day=orders["order_day"], amount=back)[back > 0]
    dearer = orders.assign(value=orders["value"] + back)

    table, report = customer_value_forecast(
        purchase_histories(session_of(dearer, others=2, returns=returns), DAY)
    )

    tables = (t.sort_values("customer_id", ignore_index=True) for t in (forecast[0], table))
    pd.testing.assert_frame_equal(*tables)
    assert report.last_year_revenue == pytest.approx(forecast[1].last_year_revenue, abs=0.005)


def test_who_sends_everything_back_is_expected_to_buy_and_to_bring_little(orders, forecast):
    last = orders[orders["order_day"] <= pd.Timestamp(DAY)].groupby("customer_id")["order_day"]
    who = last.size().index[(last.size() > 5) & (last.max() > pd.Timestamp(YEAR_AGO))][0]
    sent_back = orders[orders["customer_id"] == who]
    returns = sent_back.assign(returned_day=sent_back["order_day"], amount=sent_back["value"])

    table, report = customer_value_forecast(
        purchase_histories(session_of(orders, others=2, returns=returns), DAY)
    )

    before, after = (t.set_index("customer_id").loc[who] for t in (forecast[0], table))
    assert report.refusal is None
    assert after["repeat_purchase_days"] == before["repeat_purchase_days"]
    assert after["expected_orders_365d"] == pytest.approx(before["expected_orders_365d"])
    assert 0 < after["expected_revenue_365d"] < 0.5 * before["expected_revenue_365d"]
    assert after[["expected_revenue_low", "expected_revenue_high"]].isna().all()
    assert before[["expected_revenue_low", "expected_revenue_high"]].notna().all()


@pytest.mark.slow
def test_the_order_of_the_rows_changes_no_digit(orders, forecast):
    histories = purchase_histories(session_of(orders, others=2), DAY)

    shuffled, report = customer_value_forecast(histories.sample(frac=1, random_state=3))

    tables = (t.sort_values("customer_id", ignore_index=True) for t in (forecast[0], shuffled))
    pd.testing.assert_frame_equal(*tables, check_exact=True)
    assert report.level == forecast[1].level


@pytest.mark.slow
def test_later_orders_change_nothing(orders, forecast):
    table, _ = forecast_of(orders[orders["order_day"] <= pd.Timestamp(DAY)])

    known = forecast[0]["repeat_purchase_days"].notna()
    before = forecast[0][known].sort_values("customer_id", ignore_index=True)
    after = table[table["repeat_purchase_days"].notna()].sort_values(
        "customer_id", ignore_index=True
    )
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_who_sent_back_more_than_was_bought_is_forecast_no_revenue_below_0(orders):
    histories = purchase_histories(session_of(orders), DAY)
    repeat = histories.index[histories["repeat_purchase_days"] > 0]
    histories.loc[repeat[0], "repeat_day_value"] = -5.0
    histories.loc[repeat[0], "year_revenue"] = -10.0

    table, report = customer_value_forecast(histories)

    assert report.refusal is None
    assert table["expected_order_value"].min() > 0


def bought_again_a_year_ago(orders, number):
    """Keep ``number`` of the customers who had bought again by then, and everybody else."""
    by_then = orders[orders["order_day"] <= pd.Timestamp(YEAR_AGO)]
    days = by_then.groupby("customer_id")["order_day"].nunique()
    again = sorted(days.index[days > 1])
    return orders[~orders["customer_id"].isin(again[number:])]


def active_a_year_ago(orders, number):
    """Let all but ``number`` of those who bought in the year up to then not have done so."""
    end, start = pd.Timestamp(YEAR_AGO), pd.Timestamp(YEAR_AGO - datetime.timedelta(days=365))
    inside = (orders["order_day"] > start) & (orders["order_day"] <= end)
    active = sorted(orders.loc[inside, "customer_id"].unique())
    return orders[~(inside & orders["customer_id"].isin(active[number:]))]


PLANTED = {
    "history_under_two_years": (
        lambda: orders_of(Shop(customers=3000), 1),
        FIRST_DAY + datetime.timedelta(days=729),
    ),
    "too_few_repeat_customers": (
        lambda: bought_again_a_year_ago(orders_of(Shop(customers=2000), 1), 199),
        DAY,
    ),
    "too_few_customers_a_year_ago": (
        lambda: active_a_year_ago(orders_of(Shop(customers=2000), 1), 199),
        DAY,
    ),
    "nobody_seen_to_leave": (lambda: orders_of(Shop(customers=1500, dropout=None), 1), DAY),
    "fit_did_not_converge": (
        lambda: (
            orders_of(Shop(customers=1500), 1)
            .drop_duplicates(["customer_id", "order_day"])
            .assign(value=9.99)
        ),
        DAY,
    ),
    "order_values_changed": (
        lambda: orders_of(
            Shop(customers=1500, price_step=1.4, price_day=datetime.date(2024, 1, 1)), 1
        ),
        DAY,
    ),
    "level_out_of_range": (
        lambda: orders_of(
            Shop(customers=2000, exodus=0.7, exodus_day=datetime.date(2023, 7, 15)), 1
        ),
        DAY,
    ),
    "holdout_error_above_25_percent": (
        lambda: orders_of(
            Shop(customers=3000, exodus=0.33, exodus_day=datetime.date(2024, 1, 1)), 1
        ),
        datetime.date(2024, 12, 31),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("reason", REFUSALS)
def test_a_planted_shop_is_refused_and_everybody_hears_why(reason):
    make, day = PLANTED[reason]
    table, report = forecast_of(make(), day)
    bought = table["repeat_purchase_days"].notna()

    assert report.refusal == reason
    assert bought.sum() > 500
    assert (table.loc[bought, "forecast_basis"] == reason).all()
    assert (table.loc[~bought, "forecast_basis"] == "never_purchased").all()
    assert table[FIGURES].isna().all(axis=None)
    assert report.expected_revenue is report.expected_orders is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "reason", ["order_values_changed", "level_out_of_range", "holdout_error_above_25_percent"]
)
def test_the_same_shop_is_refused_by_hand(reason):
    make, day = PLANTED[reason]

    assert forecast_by_hand(tuples(make()), day)["refusal"] == reason


@pytest.mark.slow
@pytest.mark.parametrize("change", [bought_again_a_year_ago, active_a_year_ago])
def test_200_customers_are_enough(change):
    _, report = forecast_of(change(orders_of(Shop(customers=2000), 1), 200))

    assert report.refusal not in {"too_few_repeat_customers", "too_few_customers_a_year_ago"}
    assert report.purchases is not None


@pytest.mark.slow
def test_two_years_of_history_are_enough_and_three_are_judged():
    orders = orders_of(Shop(customers=6000), 1)
    first = orders["order_day"].min().date()

    _, at_two_years = forecast_of(orders, first + datetime.timedelta(days=730))
    _, before_three = forecast_of(orders, first + datetime.timedelta(days=1094))
    _, at_three = forecast_of(orders, first + datetime.timedelta(days=1095))

    assert at_two_years.refusal != "history_under_two_years"
    assert before_three.holdout is before_three.holdout_refusal is None
    assert at_three.holdout or at_three.holdout_refusal


def test_no_customers_make_an_empty_table(orders):
    histories = purchase_histories(session_of(orders[:0]), DAY)

    table, report = customer_value_forecast(histories)

    assert list(table) == list(FORECAST_COLUMNS)
    assert table.empty
    assert report.refusal == "history_under_two_years"


def test_a_missing_column_is_named(orders):
    histories = purchase_histories(session_of(orders), DAY).drop(columns="age_days")

    with pytest.raises(ValueError, match=r"must have the columns \['age_days'\]"):
        customer_value_forecast(histories)


def test_cells_are_merged_by_recency_and_then_by_days():
    """Bands of 60, 40 and 20, 30 customers: the last two join the second, where 5 join 85."""
    recency = np.repeat([10.0, 60.0, 100.0, 200.0], [60, 40, 20, 30])
    days = np.ones(150)
    days[60:65] = 9
    spent = np.arange(150) + 1.0

    cells = draw_cells(recency, days, spent, np.ones(150), 2 * spent)

    assert cells.cell_of.tolist() == [[0] * 5, [1] * 5, [1] * 5, [1] * 5]
    assert cells.customers.tolist() == [60, 90]
    assert cells.revenue.tolist() == [2 * spent[:60].sum(), 2 * spent[60:].sum()]
    assert cells.low.tolist() == cells.high.tolist() == [2.0, 2.0]


def test_the_outer_tenths_of_99_customers_are_the_10th_and_the_90th():
    came = np.random.default_rng(1).permutation(np.arange(1.0, 100.0))

    cells = draw_cells(np.full(99, 5.0), np.ones(99), np.full(99, 1.0), np.ones(99), came)

    assert (cells.low.tolist(), cells.high.tolist()) == ([10.0], [90.0])


def test_tenths_are_of_customers_sorted_by_churn():
    churn = np.linspace(0.99, 0.0, 100)  # 0.00 to 0.99

    tenths = churn_by_tenths(churn, churn > 0.495)

    assert tenths["customers"].tolist() == [10] * 10
    assert tenths["did_not_buy"].tolist() == [0.0] * 5 + [1.0] * 5
    assert tenths["churn_probability"].tolist() == pytest.approx(np.arange(10) * 0.1 + 0.045)
