"""Where cohorts are counted: here, some rows at a time, or in the warehouse."""

import datetime

import pytest
from cohort_shops import BASES, Customer, Order, Shop, counts_of, staged

from analytics_assets.defs.cohorts import cohort_counts as counting
from analytics_assets.lib.warehouse import duckdb as duckdb_sessions
from analytics_assets.lib.warehouse.duckdb import DuckDBSession

MONTHS = [datetime.date(2024, month, 20) for month in range(1, 13)]
# Each orders every third month, from the one of signup on, and nobody in January.
LARGE_SHOP = Shop(
    [Customer(f"c{number}", MONTHS[1 + number % 11]) for number in range(1500)],
    [
        Order(f"c{number}", day, True, number)
        for number in range(1, 1500)
        for day in MONTHS[1 + number % 11 :: 3]
    ],
)


class Recorder(DuckDBSession):
    """A session that remembers the number of rows of everything it read."""

    @property
    def rows(self) -> list[int]:
        return self.__dict__.setdefault("_rows", [])

    def read(self, sql):
        frame = super().read(sql)
        self.rows.append(len(frame))
        return frame

    def batches(self, sql):
        for batch in super().batches(sql):
            self.rows.append(len(batch))
            yield batch


def recorded(shop: Shop, in_process: bool = True) -> Recorder:
    return Recorder(staged(shop).connection, in_process)


@pytest.mark.parametrize("cohort_basis", BASES)
def test_many_batches_are_counted_like_one(cohort_basis, monkeypatch):
    in_one = counts_of(LARGE_SHOP, cohort_basis)
    monkeypatch.setattr(duckdb_sessions, "_ROWS_A_BATCH", 1024)

    in_many = counts_of(LARGE_SHOP, cohort_basis)

    session = recorded(LARGE_SHOP)
    counting.cohort_counts(session, cohort_basis)
    assert len(session.rows) > 3
    assert in_many.activity.equals(in_one.activity)
    assert in_many.activity["total_orders"].sum() == len(LARGE_SHOP.orders)


@pytest.mark.parametrize("cohort_basis", BASES)
def test_no_query_of_a_warehouse_elsewhere_returns_a_row_for_a_customer(cohort_basis):
    session = recorded(LARGE_SHOP, in_process=False)

    counting.cohort_counts(session, cohort_basis)

    assert max(session.rows) < 12 * 12


@pytest.mark.parametrize("cohort_basis", BASES)
def test_what_might_not_fit_into_memory_is_counted_by_the_warehouse(cohort_basis, monkeypatch):
    fits = counts_of(LARGE_SHOP, cohort_basis)
    # A byte for each customer and each of eleven months.
    monkeypatch.setattr(counting, "MOST_BYTES_IN_MEMORY", 1500 * 11 - 1)
    session = recorded(LARGE_SHOP)

    counting.cohort_counts(session, cohort_basis)

    assert max(session.rows) < 12 * 12
    monkeypatch.setattr(counting, "MOST_BYTES_IN_MEMORY", 1500 * 11)
    assert counts_of(LARGE_SHOP, cohort_basis).activity.equals(fits.activity)


def test_a_customer_who_signs_up_long_before_or_after_all_orders_is_no_matter():
    first, last = datetime.date(1971, 5, 1), datetime.date(2030, 1, 1)
    ann = Order("ann", MONTHS[0], True, 100)

    counts = counts_of(
        Shop([Customer("ann", first), Customer("bob", last), Customer("eve", None)], [ann]),
        "signup",
    )

    assert counts.sizes["cohort_size"].to_list() == [1, 1]
    [cell] = counts.activity.to_dict("records")
    assert (cell["cohort_month"].date(), cell["months_since_signup"]) == (first, 632)
    assert (cell["active_customers"], cell["revenue_cents"]) == (1, 100)
