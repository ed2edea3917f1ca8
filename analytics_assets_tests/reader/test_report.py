"""The report: every figure against pandas on the same tables; small, odd and hostile shops."""

import datetime
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from described import make_described_tables

from analytics_assets.command.export import export
from analytics_assets.command.questions import QUESTIONS, answers, questions
from analytics_assets.command.sql import main as sql_main
from analytics_assets.defs.published.figures import TABLES, last_month, last_week, read
from analytics_assets.defs.published.report import page

DAY = datetime.date
ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def copy() -> duckdb.DuckDBPyConnection:
    """The tables of a report, without rows."""
    connection = duckdb.connect()
    make_described_tables(connection)
    return connection


def order(copy: duckdb.DuckDBPyConnection, number: int, day: DAY, amount: float, **other) -> None:
    values = {"customer": f"C{number}", "demand": True, "revenue": True, **other}
    copy.execute(
        "insert into staging.stg_orders "
        "(order_id, customer_id, order_day, is_demand, is_revenue, net_amount) "
        "values (?, ?, ?, ?, ?, ?)",
        [f"O{number}", values["customer"], day, values["demand"], values["revenue"], amount],
    )


def test_a_shop_without_an_order_has_a_report(copy: duckdb.DuckDBPyConnection):
    copy.execute("insert into staging.stg_clock values (null)")

    text = page(read(copy), [], None)

    assert "No order has landed yet" in text
    assert "This run made no checks" in text


def test_a_shop_of_two_orders_has_its_weeks_and_an_empty_one(copy: duckdb.DuckDBPyConnection):
    copy.execute("insert into staging.stg_clock values (date '2025-03-31')")
    order(copy, 1, DAY(2025, 3, 4), 10.5, customer=None)
    order(copy, 2, DAY(2025, 3, 30), 20)

    figures = read(copy)

    week = figures.comparisons[0]
    assert (week.first, week.now.customers, week.now.revenue) == (DAY(2025, 3, 24), 1, 20)
    assert (week.before.orders, week.before.revenue) == (0, 0)
    month = figures.comparisons[2]
    assert (month.now.customers, month.now.orders, month.now.revenue) == (2, 2, Decimal("30.50"))
    assert [amount for _, amount in figures.weeks] == [Decimal("10.50"), 0, 0, 20]
    assert "30.50" in page(figures, [], [])


def test_open_days_do_not_count_and_are_named(copy: duckdb.DuckDBPyConnection):
    copy.execute("insert into staging.stg_clock values (date '2025-03-31')")
    for number in range(31):
        day = DAY(2025, 3, 1) + number * ONE_DAY
        order(copy, number, day, 100)
    for day, orders, amount in ((20, 1, 4), (28, 0, 0), (29, 1, 30), (30, 0, 0), (31, 2, 7)):
        copy.execute(
            "insert into analytics.daily_sales (order_day, open_orders, open_amount, "
            "is_settled) values (?, ?, ?, ?)",
            [DAY(2025, 3, day), orders, amount, day < 29],
        )

    figures = read(copy)

    assert figures.settled == DAY(2025, 3, 28)
    assert (figures.open_orders, figures.open_amount) == (3, 37)
    assert figures.comparisons[0].first == DAY(2025, 3, 17)  # Sunday 23 is the last settled one
    assert figures.comparisons[2].first == DAY(2025, 2, 1)


@pytest.mark.parametrize(
    ("settled", "week", "month"),
    [
        (DAY(2025, 3, 30), DAY(2025, 3, 24), DAY(2025, 2, 1)),
        (DAY(2025, 3, 31), DAY(2025, 3, 24), DAY(2025, 3, 1)),
        (DAY(2024, 2, 29), DAY(2024, 2, 19), DAY(2024, 2, 1)),
        (DAY(2025, 1, 4), DAY(2024, 12, 23), DAY(2024, 12, 1)),
    ],
)
def test_whole_weeks_and_months_only(settled: DAY, week: DAY, month: DAY):
    assert (last_week(settled), last_month(settled)) == (week, month)


def test_no_text_of_the_shop_is_markup(copy: duckdb.DuckDBPyConnection):
    name = '<script>alert("x")</script>' + "long" * 200
    copy.execute("insert into staging.stg_clock values (date '2025-03-31')")
    copy.execute(
        "insert into analytics.customer_lifetime_value "
        "(customer_id, customer_name, estimated_annual_value) values ('C1', ?, 5)",
        [name],
    )
    copy.execute(
        "insert into analytics.customer_segmentation "
        "(customer_id, customer_name, behavioral_segment) values ('C1', ?, ?)",
        [name] * 2,
    )

    text = page(read(copy), [name], [(name, name)])

    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 5  # name, segment, finding, table and warning


def test_it_needs_no_network(copy: duckdb.DuckDBPyConnection):
    copy.execute("insert into staging.stg_clock values (date '2025-03-31')")

    assert not re.search(r"https?:|<script|<link|@import|url\(", page(read(copy), [], []))


@pytest.mark.slow
def test_every_figure_of_the_demonstration_shop_is_that_of_pandas(shop):
    with duckdb.connect(shop.settings.published_path, read_only=True) as connection:
        figures = read(connection)
        orders = connection.execute("from staging.stg_orders").df()
    orders["day"] = [moment.date() for moment in pd.to_datetime(orders["order_day"])]
    counted = orders[orders["is_revenue"] & (orders["net_amount"] > 0)]
    recent = orders[orders["day"] > figures.as_of_date - 92 * ONE_DAY]
    demand = recent[recent["is_demand"]]
    waiting = demand[~demand["is_revenue"]].groupby("day")["net_amount"].sum()
    share = waiting / demand.groupby("day")["net_amount"].sum()
    unsettled = share[share >= 0.05].index

    assert figures.settled == (min(unsettled) - ONE_DAY if len(unsettled) else figures.as_of_date)
    for compared in figures.comparisons:
        for sales, first, last in (
            (compared.now, compared.first, compared.last),
            (compared.before, compared.first_before, compared.last_before),
        ):
            rows = counted[(counted["day"] >= first) & (counted["day"] <= last)]
            nobody = rows["customer_id"].isna()
            assert sales.orders == len(rows)
            assert float(sales.revenue) == pytest.approx(rows["net_amount"].sum(), abs=0.005)
            assert sales.customers == rows["customer_id"].nunique() + nobody.sum()
    days = pd.to_datetime(counted["day"])
    for points, starts in (
        (figures.weeks, days - pd.to_timedelta(days.dt.day_of_week, unit="D")),
        (figures.months, days.map(lambda day: day.replace(day=1))),
    ):
        sums = counted["net_amount"].groupby(starts).sum()
        assert len(points) > 20
        for first, amount in points:
            assert float(amount) == pytest.approx(sums[pd.Timestamp(first)], abs=0.005)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("From gross to net", "From gross to net, by month?"),
        ("Best sellers", "What do my best sellers keep after returns"),
        ("What comes back most", "Which products come back most?"),
        ("Why it comes back", "Why do things come back"),
    ],
)
def test_the_tables_of_products_and_returns_answer_the_questions(shop, title: str, question: str):
    [sql] = [sql for asked, sql in questions(QUESTIONS.read_text()) if f". {question}" in asked]
    with duckdb.connect(shop.settings.published_path, read_only=True) as connection:
        [table] = [table for table in read(connection).tables if table.title == title]
        expected = connection.execute(sql).fetchall()
    assert table.rows == expected
    assert expected


@pytest.mark.slow
def test_the_report_of_a_run_has_findings_warnings_tables_and_is_small(shop):
    text = shop.settings.report_path.read_text()

    assert len(text) < 1_500_000
    evaluations = shop.result.get_asset_check_evaluations()
    failed = [check for check in evaluations if not check.passed]
    assert failed
    warnings = text.partition("<h2>Warnings</h2>")[2]
    assert warnings.count("<li>") == len(failed)
    findings = re.search(r"<h2>What the tables say</h2>\s*<ul>(.*?)</ul>", text)
    assert findings
    assert findings[1].count("<li>") >= 5
    for title in TABLES:
        assert f"<h2>{title}</h2>" in text
        assert "None yet" not in text.partition(f"<h2>{title}</h2>")[2].partition("<h2>")[0]


@pytest.mark.slow
def test_the_questions_are_answered_from_the_copy(shop):
    text = QUESTIONS.read_text()

    found = list(answers(shop.settings.published_path, text))

    assert len(found) == len(list(questions(text))) == len(re.findall(r"^-- \d+\. ", text, re.M))
    [best] = [answer for answer in found if "best customers" in answer]
    with duckdb.connect(shop.settings.published_path, read_only=True) as connection:
        first = connection.execute(
            "select customer_name from analytics.customer_lifetime_value "
            "order by estimated_annual_value desc, customer_id"
        ).fetchone()
    assert first
    assert first[0] in best


@pytest.mark.slow
def test_sql_answers_and_changes_nothing(
    shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("ANALYTICS_DUCKDB_PATH", str(shop.settings.duckdb_path))

    assert sql_main(["select count(*) as n from staging.stg_clock"]) == 0
    assert capsys.readouterr().out.split() == ["n", "1"]
    assert sql_main(["drop table staging.stg_clock"]) == 1
    assert "read-only" in capsys.readouterr().err


@pytest.mark.slow
def test_the_exported_files_hold_the_tables(shop, tmp_path: Path):
    written = dict(export(shop.settings.published_path, tmp_path))

    with duckdb.connect(shop.settings.published_path, read_only=True) as connection:
        for file, rows in written.items():
            name = f"analytics.{file.stem}"
            known = connection.execute(
                "select count(*) from information_schema.tables where table_schema = 'analytics' "
                "and table_name = ?",
                [file.stem],
            ).fetchone()
            table = name if known == (1,) else f"realtime.{file.stem}"
            assert connection.execute(f"select count(*) from {table}").fetchone() == (rows,)
            if file.suffix == ".parquet":
                assert connection.execute(
                    f"select count(*) from (from {table} except all from '{file}')"
                ).fetchone() == (0,)
    assert {file.suffix for file in written} == {".csv", ".parquet", ".xlsx"}


def test_a_trend_is_drawn_of_eight_settled_days_and_of_fewer_none(
    copy: duckdb.DuckDBPyConnection,
):
    copy.execute("insert into staging.stg_clock values (date '2025-03-31')")
    order(copy, 1, DAY(2025, 3, 4), 10.5)
    copy.execute(
        "insert into analytics.shop_history "
        "(as_of_date, is_settled, active_customers, net_sales_28d) "
        "select date '2025-03-01' + cast(3 * n as integer), n < 7, 100 + n, 1000.25 * n "
        "from range(9) as days(n)"
    )
    assert read(copy).trend == []
    assert "How the shop has changed" not in page(read(copy), [], [])
    copy.execute("update analytics.shop_history set is_settled = true where active_customers = 107")

    trend = read(copy).trend
    text = page(read(copy), [], [])

    assert trend[0] == (DAY(2025, 3, 1), 100, Decimal(0))
    assert trend[-1] == (DAY(2025, 3, 22), 107, Decimal("7001.75"))
    assert len(trend) == 8
    assert "How the shop has changed" in text
    assert "<title>22 Mar 25: 107</title>" in text
    assert "<title>22 Mar 25: 7,001.75</title>" in text
