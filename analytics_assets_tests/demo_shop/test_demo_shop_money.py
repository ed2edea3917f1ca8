"""Returns, persons, open orders, costs and the calendar, counted in the files by pandas alone."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from analytics_assets.demo_shop import generate
from analytics_assets.demo_shop.__main__ import last_day, main

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


@pytest.mark.parametrize("end", ["2024-02-29"])
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


def test_the_end_is_yesterday_or_a_date() -> None:
    today = datetime.date(2026, 3, 1)
    assert last_day("yesterday", today) == np.datetime64("2026-02-28")
    assert last_day("2025-06-30", today) == np.datetime64("2025-06-30")
    with pytest.raises(ValueError, match=r"must be yesterday or a date \(got '2025-02-30'\)"):
        last_day("2025-02-30", today)


def test_the_command_writes_the_shop_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(tmp_path / "own"), "--scale", "0.01", "--end", "2025-03-31", "--seed", "5"])
    expected = generate(0.01, 5, np.datetime64("2025-03-31"))
    assert pq.read_table(tmp_path / "own" / "orders.parquet").equals(expected.orders)
    assert pq.read_table(tmp_path / "own" / "returns.parquet").equals(expected.returns)
    with pytest.raises(SystemExit):
        main([str(tmp_path / "small"), "--scale", "0.001"])
    assert "scale must be a number from 0.01 up" in capsys.readouterr().err
    assert not (tmp_path / "small").exists()
