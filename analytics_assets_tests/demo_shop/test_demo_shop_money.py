"""Returns, persons, open orders, costs and the calendar, counted in the files by pandas alone."""

import datetime
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from analytics_assets.demo_shop import DEFAULT_END, generate
from analytics_assets.demo_shop.__main__ import last_day, main
from analytics_assets.demo_shop.rhythm import Calendar

REVENUE = ("completed", "shipped", "delivered")
CENT = Decimal("0.01")


def half_up(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def read(directory: Path, table: str) -> pd.DataFrame:
    return pq.read_table(directory / f"{table}.parquet").to_pandas()


@pytest.fixture(scope="module")
def orders(tenth_directory: Path) -> pd.DataFrame:
    frame = read(tenth_directory, "orders")
    percent = frame.discount_percent.map(lambda value: value or Decimal(0))
    pairs = zip(frame.total_amount, percent, strict=True)
    frame["net"] = [half_up(total * (100 - share) / 100) for total, share in pairs]
    frame["status"] = frame.order_status.str.strip().str.lower()
    frame["is_revenue"] = frame.status.isin(REVENUE) & (frame.net > 0)
    return frame


@pytest.fixture(scope="module")
def returns(tenth_directory: Path, orders: pd.DataFrame) -> pd.DataFrame:
    """Each return with its order and its line; every one must find exactly one of both."""
    found = read(tenth_directory, "returns")
    lines = read(tenth_directory, "order_items").drop_duplicates()
    wanted = ["order_id", "customer_id", "order_date", "net", "is_revenue"]
    joined = found.merge(orders[wanted], on="order_id", validate="m:1")
    joined = joined.merge(
        lines[["order_item_id", "order_id", "product_id", "quantity"]],
        on=["order_item_id", "order_id", "product_id"],
        suffixes=("", "_bought"),
        validate="1:1",
    )
    assert len(joined) == len(found)
    return joined


def test_what_came_back_was_sold_before_and_adds_up_to_no_more_than_its_order(
    returns: pd.DataFrame,
) -> None:
    assert returns.is_revenue.all()
    assert (returns.returned_at > returns.order_date).all()
    assert returns.returned_at.max() < pd.Timestamp("2026-01-01")
    assert returns.returned_at.is_monotonic_increasing
    assert (returns.quantity.between(1, returns.quantity_bought)).all()
    assert (returns.amount >= 0).all()
    by_order = returns.groupby("order_id").agg(back=("amount", "sum"), net=("net", "first"))
    assert (by_order.back <= by_order.net).all()


def test_the_amount_of_a_return_is_the_lines_share_of_the_orders_net_amount(
    returns: pd.DataFrame, tenth_directory: Path
) -> None:
    by_order = read(tenth_directory, "order_items").sort_values("order_item_id").groupby("order_id")
    for back in returns.sample(400, random_state=1).itertuples():
        part = by_order.get_group(back.order_id)
        whole = sum(part.line_total)
        share = {
            line.order_item_id: half_up(back.net * line.line_total / whole)
            for line in part.itertuples()
        }
        largest = max(part.itertuples(), key=lambda line: line.line_total).order_item_id
        share[largest] += back.net - sum(share.values())
        part_back = Decimal(int(back.quantity)) / Decimal(int(back.quantity_bought))
        assert back.amount == half_up(share[back.order_item_id] * part_back)


def test_returns_are_what_the_truth_says(
    returns: pd.DataFrame, orders: pd.DataFrame, tenth_truth: dict[str, Any]
) -> None:
    truth = tenth_truth["returns"]
    sales = orders.net[orders.is_revenue].sum()
    assert returns.amount.sum() == Decimal(truth["amount"])
    assert truth["share_of_sales"] == pytest.approx(float(returns.amount.sum() / sales), abs=1e-6)
    assert 0.05 < truth["share_of_sales"] < 0.07
    other_month = returns.returned_at.dt.to_period("M") != returns.order_date.dt.to_period("M")
    assert truth["in_another_month"] == other_month.sum()
    lag = (returns.returned_at.dt.normalize() - returns.order_date.dt.normalize()).dt.days
    assert truth["mean_days"] == pytest.approx(lag.mean(), abs=1e-3)
    assert 14 < lag.mean() < 28
    by_order = returns.groupby("order_id").agg(back=("amount", "sum"), net=("net", "first"))
    by_order = by_order[by_order.back > 0]
    assert truth["orders"] == len(by_order)
    assert truth["orders_returned_whole"] == (by_order.back == by_order.net).sum() > 0


def test_one_product_mostly_comes_back_and_no_other_does(
    returns: pd.DataFrame,
    orders: pd.DataFrame,
    tenth_directory: Path,
    tenth_truth: dict[str, Any],
) -> None:
    lines = read(tenth_directory, "order_items").drop_duplicates()
    sold = lines[lines.order_id.isin(orders.order_id[orders.is_revenue])]
    sold = sold.groupby("product_id").quantity.sum()
    back = returns.groupby("product_id").quantity.sum()
    planted = tenth_truth["returns"]["product_that_comes_back"]
    assert planted["units_sold"] == sold[planted["product_id"]]
    assert planted["units_returned"] == back[planted["product_id"]]
    rate = (back / sold).fillna(0.0)
    assert rate.idxmax() == planted["product_id"]
    assert rate.max() > 0.5
    assert rate.nlargest(2).iloc[1] < 0.2


def test_one_of_the_best_customers_sent_nearly_all_of_it_back(
    returns: pd.DataFrame, orders: pd.DataFrame, tenth_truth: dict[str, Any]
) -> None:
    planted = tenth_truth["returns"]["serial_returner"]
    bought = orders[orders.is_revenue].groupby("customer_id").net.sum().astype(float)
    back = returns.groupby("customer_id").amount.sum().astype(float)
    who = planted["customer_id"]
    assert bought[who] == float(planted["net_amount"])
    assert back[who] == float(planted["returned_amount"])
    assert who in bought.nlargest(10).index
    assert back[who] > 0.8 * bought[who]
    net = bought.sub(back, fill_value=0.0)
    assert net[who] < net.quantile(0.95)


def test_guests_and_second_accounts_are_persons_by_their_address(
    tenth_directory: Path, orders: pd.DataFrame, tenth_truth: dict[str, Any]
) -> None:
    truth = tenth_truth["persons"]
    accounts = read(tenth_directory, "customers").set_index("customer_id").email
    of_account = orders.customer_id.map(accounts)
    has_account = orders.customer_id.notna()
    assert (of_account[has_account] == orders.customer_email[has_account]).all()
    address = accounts.str.strip().str.lower()
    person = orders.customer_email.str.strip().str.lower()
    guests = person[~has_account]
    assert truth["persons"] == len(set(address) | set(person))
    assert truth["without_account"] == len(set(person) - set(address)) > 0
    assert truth["guest_orders_of_account_holders"] == guests.isin(set(address)).sum() > 0
    second = sorted(address.index[address.duplicated()])
    assert truth["second_accounts"] == {"rows": len(second), "ids": second}
    assert len(second) > 0
    times = person[orders.is_revenue].value_counts()
    assert truth["buyers"] == len(times)
    assert truth["buyers_of_two_orders_or_more"] == (times > 1).sum()


def test_open_orders_stand_in_the_newest_days(
    orders: pd.DataFrame, tenth_truth: dict[str, Any]
) -> None:
    truth = tenth_truth["open_orders"]
    is_open = orders.status.isin(("processing", "pending"))
    demand = (is_open | orders.status.isin(REVENUE)) & (orders.net > 0)
    day = orders.order_date.dt.normalize()
    assert truth["orders"] == (is_open & demand).sum()
    assert Decimal(truth["net_amount"]) == orders.net[is_open].sum()
    assert pd.Timestamp(truth["first_day"]) == day[is_open].min()
    by_day = orders.assign(net=orders.net.astype(float)).groupby(day).net
    share = by_day.apply(lambda net: net[is_open[net.index]].sum() / net[demand[net.index]].sum())
    unsettled = share.index[share >= 0.05]
    assert pd.Timestamp(truth["last_settled_day"]) == unsettled.min() - pd.Timedelta(days=1)
    assert len(unsettled) == 4


def test_most_costs_are_known_and_one_product_sells_below_its_cost(
    tenth_directory: Path, tenth_truth: dict[str, Any]
) -> None:
    catalogue = read(tenth_directory, "product_catalog").set_index("product_id")
    known = catalogue[catalogue.unit_cost.notna()]
    below = known[known.unit_cost > known.price]
    planted = tenth_truth["product_below_cost"]
    assert 0.8 < len(known) / len(catalogue) < 1
    assert list(below.index) == [planted["product_id"]]
    assert below.price.iloc[0] == Decimal(planted["price"])
    assert below.unit_cost.iloc[0] == Decimal(planted["unit_cost"])


def test_orders_name_one_currency_and_their_last_change(orders: pd.DataFrame) -> None:
    assert set(orders.currency) == {"USD"}
    assert (orders.updated_at >= orders.order_date).all()
    assert orders.updated_at.max() < pd.Timestamp("2026-01-01")


@pytest.mark.parametrize(("seed", "scale"), [(20221201, 1.0), (20221201, 0.3), (3, 0.3)])
def test_the_year_before_foretells_the_last_year(seed: int, scale: float) -> None:
    """Last year's customers by recency and frequency: what such people brought the year before."""
    shop = generate(scale, seed)
    orders = shop.orders.to_pandas()
    orders = orders[
        orders.order_status.str.strip().str.lower().isin(REVENUE) & orders.customer_id.notna()
    ]
    orders["day"] = orders.order_date.dt.normalize()
    orders["net"] = orders.total_amount.astype(float) * (
        1 - orders.discount_percent.astype(float).fillna(0.0) / 100
    )
    year = pd.Timedelta(days=365)
    held_out = pd.Timestamp("2025-12-31") - year
    assert orders.day.min() <= held_out - 2 * year

    def active_on(day: pd.Timestamp) -> pd.DataFrame:
        before = orders[(orders.day > day - year) & (orders.day <= day)].groupby("customer_id")
        after = orders[(orders.day > day) & (orders.day <= day + year)].groupby("customer_id")
        people = pd.DataFrame({"days": before.day.nunique(), "last": before.day.max()})
        people["cell"] = list(
            zip(
                pd.cut((day - people["last"]).dt.days, [-1, 30, 91, 182, 365], labels=False),
                pd.cut(people.days, [0, 1, 2, 4, np.inf], labels=False),
                strict=True,
            )
        )
        people["next"] = after.net.sum()
        return people.fillna({"next": 0.0})

    learnt, held = active_on(held_out - year), active_on(held_out)
    days = orders[orders.day <= held_out - year].groupby("customer_id").day.nunique()
    assert (days >= 2).sum() >= 200
    assert len(learnt) >= 200
    expected = held.cell.map(learnt.groupby("cell").next.mean()).sum()
    assert expected == pytest.approx(held.next.sum(), rel=0.2)


@pytest.mark.parametrize("end", ["2026-11-27", "2024-02-29", "2026-01-01"])
def test_another_end_moves_the_calendar_and_keeps_three_years_of_weekdays(end: str) -> None:
    shop = generate(0.02, end=np.datetime64(end))
    date = shop.orders.to_pandas().order_date
    assert date.max() == pd.Timestamp(end) + pd.Timedelta(hours=23, minutes=59, seconds=59)
    assert date.min().normalize() <= pd.Timestamp(end) - pd.Timedelta(days=3 * 365)
    assert date.min().day == 1
    weekday = date.dt.day_of_week.value_counts()
    assert weekday[5] > weekday[6]
    open_orders = shop.ground_truth["open_orders"]
    assert pd.Timestamp(open_orders["first_day"]) >= pd.Timestamp(end) - pd.Timedelta(days=3)


def test_no_order_falls_into_the_hour_that_the_clock_skips() -> None:
    calendar = Calendar(DEFAULT_END)
    moments = calendar.moments(np.linspace(0.0, calendar.days, 1_000_000))
    local = pd.Series(moments).drop_duplicates()
    assert local.dt.floor("h").nunique() > 0.9 * 24 * calendar.days
    zoned = local.dt.tz_localize("America/Los_Angeles", ambiguous=True, nonexistent="NaT")
    assert zoned.notna().all()


def test_the_end_is_yesterday_or_a_date() -> None:
    today = datetime.date(2026, 3, 1)
    assert last_day("yesterday", today) == np.datetime64("2026-02-28")
    assert last_day("2025-06-30", today) == np.datetime64("2025-06-30")
    with pytest.raises(ValueError, match=r"must be yesterday or a date \(got '2025-02-30'\)"):
        last_day("2025-02-30", today)


def test_the_command_writes_the_shop_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--scale", "0.01", "--end", "2025-03-31", "--seed", "5"]
    command = [sys.executable, "-m", "analytics_assets.demo_shop", str(tmp_path / "own")]
    subprocess.run([*command, *arguments], check=True)
    expected = generate(0.01, 5, np.datetime64("2025-03-31"))
    assert pq.read_table(tmp_path / "own" / "orders.parquet").equals(expected.orders)
    assert pq.read_table(tmp_path / "own" / "returns.parquet").equals(expected.returns)
    with pytest.raises(SystemExit):
        main([str(tmp_path / "small"), "--scale", "0.001"])
    assert "scale must be a number from 0.01 up" in capsys.readouterr().err
    assert not (tmp_path / "small").exists()
