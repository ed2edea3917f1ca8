import datetime
import math

import duckdb
import numpy as np
import pandas as pd
import pytest
from analytics_assets.lib.charts.figures import build_facts, known
from analytics_assets.lib.charts.tables import markdown_table, table

from analytics_assets.defs.cohorts.assets import cohort_figures, newest_cohorts
from analytics_assets.defs.products.affinity_asset import strongest_pairs
from analytics_assets.lib.warehouse.aggregates import aggregates, newest_order
from analytics_assets.lib.warehouse.duckdb import DuckDBSession


def test_a_table_escapes_what_would_break_it_and_keeps_numbers_short():
    frame = pd.DataFrame(
        {
            "name": ["a|b", "c\nd"],
            "share": [0.123456, 20_522_836.49],
            "customers": [1234, None],
            "day": [datetime.date(2025, 1, 2), pd.NaT],
        }
    ).astype({"customers": "Int64"})

    assert markdown_table(frame).splitlines() == [
        "| name | share | customers | day |",
        "| --- | --- | --- | --- |",
        "| a\\|b | 0.123 | 1,234 | 2025-01-02 |",
        "| c d | 20,522,836 |  |  |",
    ]
    assert markdown_table(frame.head(0)) == "no rows"
    assert len((table(pd.DataFrame({"n": range(50)})).value or "").splitlines()) == 12


def test_figures_are_plain_numbers_and_what_is_unknown_is_left_out():
    found = known(
        {
            "whole": np.int64(3),
            "share": np.float64(0.5),
            "none": None,
            "nan": math.nan,
            "nat": pd.NaT,
            "infinite": math.inf,
            "day": datetime.date(2025, 1, 2),
            "moment": datetime.datetime(2025, 1, 2, 3, 4, 5, 678),
        }
    )

    assert found == {"whole": 3, "share": 0.5, "day": "2025-01-02", "moment": "2025-01-02 03:04:05"}
    assert [type(value) for value in found.values()] == [int, float, str, str]


def test_the_facts_of_a_build():
    moment = datetime.datetime(2025, 1, 1, 23, 59)
    assert build_facts(datetime.date(2025, 1, 2), moment, 1.23456) == {
        "as_of_date": "2025-01-02",
        "newest_event": "2025-01-01 23:59:00",
        "duration_seconds": 1.235,
    }
    assert build_facts(None, None, 0) == {"duration_seconds": 0}


@pytest.fixture
def session():
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema staging")
        connection.execute(
            "create table raw.sales (n integer, amount decimal(10, 2), sold timestamp)"
        )
        connection.execute(
            "create table staging.stg_orders as "
            "select cast(sold as date) as order_day from raw.sales"
        )
        yield DuckDBSession(connection)


def test_aggregates_of_several_tables_come_from_one_statement(session, monkeypatch):
    session.execute("insert into raw.sales values (1, 2.5, '2025-01-01 10:00'), (2, 3.25, null)")
    asked = []
    read = DuckDBSession.read
    monkeypatch.setattr(
        DuckDBSession, "read", lambda self, sql: asked.append(sql) or read(self, sql)
    )

    found = aggregates(
        session,
        {
            "raw.sales": {"rows": "count(*)", "amount": "sum(amount)", "newest": "max(sold)"},
            "staging.stg_orders": {"rows": "count(*)", "newest": "max(order_day)"},
        },
    )

    assert found == {
        "raw.sales": {
            "rows": 2,
            "amount": 5.75,
            "newest": datetime.datetime(2025, 1, 1, 10),
        },
        "staging.stg_orders": {"rows": 0, "newest": None},
    }
    assert known(found["raw.sales"]) == {"rows": 2, "amount": 5.75, "newest": "2025-01-01 10:00:00"}
    assert isinstance(known(found["raw.sales"])["rows"], int)
    assert len(asked) == 1


def test_without_tables_nothing_is_asked(session):
    assert aggregates(session, {}) == {}
    assert aggregates(session, {"raw.nothing": {}}) == {"raw.nothing": {}}


def test_the_newest_order_is_that_of_staging(session):
    assert newest_order(session) is None
    session.execute("insert into staging.stg_orders values ('2025-03-04'), ('2025-03-01')")
    assert newest_order(session) == datetime.date(2025, 3, 4)


def triangle() -> pd.DataFrame:
    rows = [
        # cohort, month, size, active, revenue, complete
        ("2025-01-01", 0, 100, 70, 700.0, True),
        ("2025-01-01", 1, 100, 40, 400.5, True),
        ("2025-01-01", 2, 100, 5, 50.0, False),
        ("2025-02-01", 0, 300, 200, 2000.0, True),
        ("2025-02-01", 1, 300, 10, 90.0, False),
        ("2025-03-01", 0, 50, 5, 10.0, False),
    ]
    frame = pd.DataFrame(
        rows,
        columns=[
            *("cohort_month", "months_since_signup", "cohort_size", "active_customers"),
            *("cohort_revenue", "is_complete"),
        ],
    )
    frame["cohort_month"] = pd.to_datetime(frame["cohort_month"])
    return frame.assign(retention_rate=frame["active_customers"] / frame["cohort_size"])


def test_the_figures_of_the_cohorts_are_of_the_newest_month_that_has_ended():
    assert cohort_figures(triangle()) == {
        "cohorts": 3,
        "active_customers": 240,  # February: 40 of January's and 200 of its own
        "month_revenue": 2400.5,
        "month_1_retention": 0.4,
    }
    assert cohort_figures(triangle().head(0)) == {
        "cohorts": 0,
        "active_customers": 0,
        "month_revenue": 0.0,
    }


def test_the_triangle_of_the_newest_cohorts_reads_from_left_to_right():
    assert markdown_table(newest_cohorts(triangle())).splitlines() == [
        "| cohort | customers | month 0 | month 1 | month 2 |",
        "| --- | --- | --- | --- | --- |",
        "| 2025-01 | 100 | 70 % | 40 % | 5 % so far |",
        "| 2025-02 | 300 | 67 % | 3 % so far |  |",
        "| 2025-03 | 50 | 10 % so far |  |  |",
    ]
    assert markdown_table(newest_cohorts(triangle().head(0))) == "no rows"


def test_a_pair_is_named_by_its_ids_where_it_has_no_names():
    pairs = pd.DataFrame(
        {
            "product_a_id": ["A"],
            "product_a_name": [None],
            "product_b_id": ["B"],
            "product_b_name": ["Cup"],
            "times_bought_together": [7],
            "adjusted_lift": [2.5],
            "affinity_strength": ["strong"],
        }
    )

    assert (
        markdown_table(strongest_pairs(pairs)).splitlines()[-1] == "| A | Cup | 7 | 2.5 | strong |"
    )
