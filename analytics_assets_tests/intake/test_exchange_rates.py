"""A shop of several currencies, from its files through the graph, against sums of its own lines.

The oracle reads the same texts and knows no SQL: a rate is the newest of its currency on or before
the order's day, and each amount times it is rounded once.
"""

import csv
import datetime
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise
from pathlib import Path

import duckdb
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from through_the_graph import found, rows, run

from analytics_assets.intake import land

RATES = """\
day,currency,rate
2025-01-06,SEK,0.0885
2025-01-01,SEK,0.0871
2025-01-10,usd,0.97213
2025-01-01,EUR,2
2025-01-01,XTS,0.5
2025-01-02,VND,0.0000370123
"""
ALL_RATES = f"{RATES}2025-01-15,NOK,0.0853\n2025-01-09,USD,0.9711\n"
ORDERS = """\
order_id,customer_id,order_date,order_status,total_amount,discount_percent,discount_amount,shipping_cost,currency,is_test
euro,A,2025-01-02 10:00:00,completed,100.00,10,,5.00,EUR,
none,A,2025-01-02 11:00:00,completed,50.00,,,,,
first day,B,2025-01-01 00:00:00,completed,1000.05,33.33,,49.00,SEK,
day before,B,2025-01-05 23:59:59,completed,333.33,,,,sek,
next rate,C,2025-01-06 00:00:00,completed,250.00,,12.34,19.99,SEK,
old rate,C,2025-02-20 12:00:00,completed,80.00,,,,SEK,
too early,D,2025-01-09 23:59:59,completed,70.00,,,,USD,
dollar,D,2025-01-10 00:00:00,completed,70.00,50,,3.33,USD,
kroner,E,2025-01-15 08:00:00,completed,900.00,,,,NOK,
half cent,E,2025-01-16 08:00:00,completed,10.01,,,,XTS,
dong,F,2025-01-09 08:00:00,completed,25000000,,,,VND,
trial,F,2025-01-06 08:00:00,completed,500.00,,,,SEK,true
gone,F,2025-01-07 08:00:00,cancelled,400.00,,,,SEK,
sent back,G,2025-01-08 08:00:00,refunded,99.90,,,,SEK,
"""
LINES = """\
order_item_id,order_id,product_id,quantity,unit_price,line_total
1,euro,P,2,50.00,100.00
2,none,P,1,50.00,50.00
3,first day,P,3,111.11,333.33
4,first day,Q,6,111.12,666.72
5,day before,P,1,111.11,111.11
6,day before,Q,1,111.11,111.11
7,day before,R,1,111.11,111.11
8,next rate,P,1,250.00,250.00
9,old rate,P,1,80.00,80.00
10,too early,P,1,70.00,70.00
11,dollar,P,1,70.00,70.00
12,kroner,P,1,900.00,900.00
13,half cent,P,1,10.01,10.01
14,dong,P,1,25000000,25000000
15,trial,P,1,500.00,500.00
16,gone,P,1,400.00,400.00
17,sent back,P,1,33.30,33.30
18,sent back,Q,1,33.30,33.30
19,sent back,R,1,33.30,33.30
"""
RETURNS = """\
return_id,order_id,order_item_id,product_id,amount,returned_at
r1,sent back,17,P,33.30,2025-01-20 10:00:00
r2,sent back,18,Q,33.30,2025-02-01 10:00:00
r3,sent back,19,R,33.30,2025-02-02 10:00:00
r4,next rate,8,P,100.00,2025-02-03 10:00:00
r5,euro,1,P,45.00,2025-02-03 10:00:00
"""
STALE = "every_exchange_rate_is_of_the_week_before_its_order"
IN_ONE = "every_order_is_in_the_shop_s_currency"
MARTS = (
    "revenue_bridge orders_accounted_for daily_sales daily_business_metrics fact_orders "
    "monthly_cohorts customer_lifetime_value"
)
VARS = "{tolerated_share: 0.3}"


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def write_shop(tmp_path: Path, rates: str | None = RATES, settings: str = "currency: EUR") -> Path:
    files = tmp_path / "files"
    files.mkdir()
    given = {"orders": ORDERS, "order_items": LINES, "returns": RETURNS, "exchange_rates": rates}
    for name, text in given.items():
        if text is not None:
            (files / f"{name}.csv").write_text(text)
    (files / "shop.yml").write_text(settings)
    return files


class Oracle:
    """What each order, line and return is worth in the shop's currency, EUR."""

    def __init__(self, rates: str = RATES) -> None:
        days = [
            (datetime.date.fromisoformat(r["day"]), r["currency"].upper(), Decimal(r["rate"]))
            for r in read(rates)
        ]
        self.orders: dict[str, dict[str, object]] = {}
        self.rates: dict[str, Decimal] = {}
        for order in read(ORDERS):
            name, currency = order["order_id"], order["currency"].upper() or None
            day = datetime.datetime.fromisoformat(order["order_date"]).date()
            before = [(at, rate) for at, of, rate in days if of == currency and at <= day]
            rate_day, rate = max(before) if before and currency != "EUR" else (None, None)
            is_other = currency not in (None, "EUR") and rate is None
            total, factor = Decimal(order["total_amount"]), rate or Decimal(1)
            net = total - Decimal(order["discount_amount"] or 0)
            net = cents(net * (100 - Decimal(order["discount_percent"] or 0)) / 100)
            shipping = order["shipping_cost"]
            self.rates[name] = factor
            self.orders[name] = {
                "currency": currency,
                "exchange_rate": rate,
                "exchange_rate_day": rate_day,
                "left_out_as": "test_order"
                if order["is_test"]
                else "other_currency"
                if is_other
                else None,
                "total_amount": cents(total * factor),
                "discount_amount": cents(total * factor) - cents(net * factor),
                "net_amount": cents(net * factor),
                "shipping_cost": cents(Decimal(shipping) * factor) if shipping else None,
                "customer_id": order["customer_id"],
                "is_sale": not (is_other or order["is_test"])
                and order["order_status"] in ("completed", "refunded"),
            }
        self.lines = {
            line["order_item_id"]: (
                cents(Decimal(line["unit_price"]) * self.rates[line["order_id"]]),
                cents(Decimal(line["line_total"]) * self.rates[line["order_id"]]),
            )
            for line in read(LINES)
        }
        self.items: dict[str, Decimal] = defaultdict(Decimal)
        for line in read(LINES):
            self.items[line["order_id"]] += self.lines[line["order_item_id"]][1]
        self.returns: dict[str, Decimal] = {}
        for name, rate in self.rates.items():
            back = [r for r in read(RETURNS) if r["order_id"] == name]
            sums = [Decimal(0), *accumulate(Decimal(r["amount"]) for r in back)]
            steps = [cents(b * rate) - cents(a * rate) for a, b in pairwise(sums)]
            self.returns |= {r["return_id"]: step for r, step in zip(back, steps, strict=True)}

    def sales(self) -> dict[str, Decimal]:
        return {name: o["net_amount"] for name, o in self.orders.items() if o["is_sale"]}


# The tests of one built shop are on one worker.
of_one_shop = pytest.mark.xdist_group("exchange_rates")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("currencies")
    result = run(folder, write_shop(folder), assets=MARTS, ANALYTICS_VARS=VARS)
    assert result.success, found(result)
    return folder, found(result)


@of_one_shop
@pytest.mark.slow
def test_every_amount_of_an_order_is_converted_at_the_rate_of_its_day(built):
    folder, _ = built
    oracle = Oracle()
    names = [*next(iter(oracle.orders.values()))][:8]
    expected = {name: tuple(order[n] for n in names) for name, order in oracle.orders.items()}
    for table in ("staging.int_orders", "staging.stg_orders"):
        listed = rows(folder, f"select order_id, {', '.join(names)} from {table}")
        assert {name: tuple(rest) for name, *rest in listed} == expected
    assert {
        name: tuple(rest)
        for name, *rest in rows(
            folder, "select order_id, net_amount, final_amount from realtime.enriched_orders"
        )
    } == {
        name: (o["net_amount"], o["net_amount"] + (o["shipping_cost"] or 0))
        for name, o in oracle.orders.items()
    }
    # By hand: 1000.05 x 0.0871; 666.73 x 0.0871; 10.01 x 0.5; 25 million x 0.0000370123.
    by_hand = {
        "first day": ("87.10", "58.07"),
        "half cent": ("5.01", "5.01"),
        "dong": ("925.31", "925.31"),
        "next rate": ("22.13", "21.03"),
        "euro": ("100.00", "90.00"),
        "too early": ("70.00", "70.00"),
    }
    assert {
        name: (str(total), str(net))
        for name, total, net in rows(
            folder, "select order_id, total_amount, net_amount from staging.stg_orders"
        )
        if name in by_hand
    } == by_hand


@of_one_shop
@pytest.mark.slow
def test_lines_and_returns_follow_their_order(built):
    folder, _ = built
    oracle = Oracle()
    lines = rows(
        folder, "select order_item_id, unit_price, line_total from staging.stg_order_items"
    )
    assert {line: (price, total) for line, price, total in lines} == oracle.lines
    net = dict(
        rows(folder, "select order_id, sum(net_amount) from staging.stg_order_items group by all")
    )
    assert net == {name: order["net_amount"] for name, order in oracle.orders.items()}
    for query in (
        "select order_id, items_total from staging.stg_orders",
        "select order_id, order_items_total from realtime.fact_orders",
    ):
        assert dict(rows(folder, query)) == oracle.items
    returns = dict(rows(folder, "select return_id, amount from staging.stg_returns"))
    assert returns == oracle.returns
    # Three times 2.95 would be more than the 8.84 that it was sold for.
    assert sum(returns[r] for r in ("r1", "r2", "r3")) == oracle.sales()["sent back"]


@of_one_shop
@pytest.mark.slow
def test_marts_hold_the_converted_money_and_say_how_much_of_it_there_is(built):
    folder, _ = built
    oracle = Oracle()
    sales = oracle.sales()
    converted = {n: a for n, a in sales.items() if oracle.orders[n]["exchange_rate"] is not None}
    counted = {
        reason: (orders, amount)
        for reason, orders, amount in rows(
            folder, "select reason, orders, amount from analytics.orders_accounted_for"
        )
    }
    assert counted["counted as revenue"] == (len(sales), sum(sales.values()))
    assert (
        counted["converted"] == (len(converted), sum(converted.values())) == (8, Decimal("1088.39"))
    )
    assert counted["another currency"] == (2, Decimal("970.00"))
    [(examples,)] = rows(
        folder, "select examples from analytics.orders_accounted_for where reason = 'converted'"
    )
    assert examples.startswith("SEK: 5 orders, 124.05; ")
    assert "USD: 1 orders, 34.02" in examples

    spent, back = defaultdict(Decimal), defaultdict(Decimal)
    for name, amount in sales.items():
        spent[oracle.orders[name]["customer_id"]] += amount
    for one in read(RETURNS):
        back[oracle.orders[one["order_id"]]["customer_id"]] += oracle.returns[one["return_id"]]
    assert {
        customer: (gross, returned)
        for customer, gross, returned in rows(
            folder,
            "select customer_id, gross_revenue, returned_amount "
            "from analytics.customer_lifetime_value where total_orders > 0",
        )
    } == {customer: (amount, back[customer]) for customer, amount in spent.items()}
    assert rows(
        folder,
        "select value_tier, total_revenue from analytics.customer_lifetime_value "
        "where customer_id = 'G'",
    ) == [("none_after_returns", Decimal("0.00"))]
    assert rows(folder, "select sum(sales), sum(returned_this_day) from analytics.daily_sales") == [
        (sum(sales.values()), sum(oracle.returns.values()))
    ]
    bridge = dict(
        rows(folder, "select line, sum(amount) from analytics.revenue_bridge group by line")
    )
    assert bridge["raw_revenue_orders"] == sum(sales.values())
    assert bridge["unexplained"] == 0
    assert bridge["returned"] == bridge["returned_in_cohorts"] == sum(oracle.returns.values())
    assert bridge["other_currency"] == Decimal("970.00")


@of_one_shop
@pytest.mark.slow
def test_old_and_missing_rates_are_named_with_orders_amount_and_what_to_type(built):
    _, warned = built
    assert warned[STALE].startswith("WARN ")
    for words in ("2 rows of 14", "12.09", "add newer rows to exchange_rates"):
        assert words in warned[STALE]
    assert warned[IN_ONE].startswith("WARN ")
    for words in (
        "2 rows of 14",
        "NOK from 2025-01-15: 1 rows, 900.00; USD from 2025-01-09: 1 rows, 70.00",
        "add a row to exchange_rates for NOK from 2025-01-15",
    ):
        assert words in warned[IN_ONE]
    assert not {"total_amount_is_the_sum_of_the_lines"} & warned.keys()


@pytest.mark.slow
def test_orders_without_a_rate_stop_the_run_until_the_rates_are_there(tmp_path):
    files = write_shop(tmp_path)
    stopped = run(tmp_path, files)
    assert not stopped.success
    assert found(stopped)[IN_ONE].startswith("ERROR ")

    (files / "exchange_rates.csv").write_text(ALL_RATES)
    assert run(tmp_path, files).success
    assert rows(
        tmp_path,
        "select orders, amount from analytics.orders_accounted_for where reason = 'converted'",
    ) == [(10, Decimal("1088.39") + Decimal("76.77") + Decimal("67.98"))]


@pytest.mark.slow
def test_rates_do_not_spare_naming_the_shop_s_currency(tmp_path):
    result = run(
        tmp_path,
        write_shop(tmp_path, ALL_RATES, settings=""),
        ANALYTICS_VARS="{tolerated_share: 0.9}",
    )
    assert not result.success
    said = found(result)["few_orders_are_tests_or_of_another_currency"]
    assert said.startswith("ERROR ")
    assert "name the shop's currency" in said


BAD = """\
day,currency,rate
2025-01-01,SEK,0.0871
2025-01-01, sek ,0.0872
2025-01-02,SEK,0
2025-01-03,SEK,-1
2025-01-04,SEK,much
2025-01-05,SEK,
,SEK,0.1
2025-13-01,SEK,0.1
2025-01-06,,0.1
2025-01-07,SEK,0.00000000001
2025-01-08,SEK,123456789.5
2025-01-09,SEK,0.0885
2025-01-09,SEK,0.0885
"""


def landed(files: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        land(connection, files)
        return connection.execute(query).fetchall()


RATES_LANDED = "select cast(day as varchar), currency, rate from raw.exchange_rates order by 1, 2"


@pytest.mark.slow
def test_rates_that_are_none_are_quarantined(tmp_path):
    files = write_shop(tmp_path, BAD)
    assert landed(files, RATES_LANDED) == [
        ("2025-01-01", "SEK", Decimal("0.0871")),
        ("2025-01-09", "SEK", Decimal("0.0885")),
    ]
    quarantined = landed(
        files,
        "select row_number, column_name, reason from raw.quarantined_rows "
        "where table_name = 'exchange_rates' order by row_number",
    )
    assert [(number, column) for number, column, _ in quarantined] == [
        *((2, "day"), (3, "rate"), (4, "rate"), (5, "rate"), (6, "rate"), (7, "day")),
        *((8, "day"), (9, "currency"), (10, "rate"), (11, "rate")),
    ]
    reasons = {number: reason for number, _, reason in quarantined}
    assert reasons[2].startswith("day, currency is a duplicate key, first seen in row 1")
    assert reasons[3] == reasons[4] == reasons[10] == "rate is not above 0 in DECIMAL(18,10)"
    assert reasons[11] == "rate does not fit DECIMAL(18,10)"


@pytest.mark.slow
def test_rates_land_as_parquet_by_shop_yml_and_beside_another_platform(tmp_path):
    expected = landed(write_shop(tmp_path), RATES_LANDED)
    assert len(expected) == 6
    files = tmp_path / "files"
    table = pa_csv.read_csv(files / "exchange_rates.csv")
    (files / "exchange_rates.csv").unlink()
    pq.write_table(table, files / "exchange_rates.parquet")
    assert landed(files, RATES_LANDED) == expected

    (files / "exchange_rates.parquet").unlink()
    (files / "ecb.csv").write_text(RATES.replace("day,currency,rate", "Date,Code,Factor"))
    (files / "shop.yml").write_text(
        'tables: {exchange_rates: {files: "ecb.csv", '
        "columns: {day: Date, currency: Code, rate: Factor}}}"
    )
    assert landed(files, RATES_LANDED) == expected

    shopify = tmp_path / "shopify"
    shopify.mkdir()
    (shopify / "orders_export.csv").write_text(
        "Name,Email,Financial Status,Currency,Subtotal,Shipping,Discount Amount,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Id\n"
        "#1,a@b.se,paid,SEK,10.00,0.00,0.00,2025-01-03 10:00:00 +0100,1,Cup,10.00,C,1\n"
    )
    (shopify / "exchange_rates.csv").write_text(RATES)
    assert landed(shopify, RATES_LANDED) == expected


@pytest.mark.slow
def test_rates_of_known_days_are_replaced_by_a_merge_and_others_stay(tmp_path):
    files = write_shop(tmp_path)
    with duckdb.connect() as connection:
        land(connection, files)
        (files / "shop.yml").write_text("mode: merge")
        (files / "exchange_rates.csv").write_text(
            "day,currency,rate\n2025-01-06,sek,0.09\n2025-01-07,SEK,0.091\n"
        )
        land(connection, files)
        found = connection.execute(RATES_LANDED).fetchall()
    kept = [row for row in landed_rates() if row[:2] != ("2025-01-06", "SEK")]
    assert found == sorted(
        [*kept, ("2025-01-06", "SEK", Decimal("0.09")), ("2025-01-07", "SEK", Decimal("0.091"))]
    )


def landed_rates() -> list[tuple[str, str, Decimal]]:
    return [(r["day"], r["currency"].upper(), Decimal(r["rate"])) for r in read(RATES)]


def test_a_comma_that_may_stand_before_thousands_is_asked_for(tmp_path):
    rates = 'day,currency,rate\n2025-01-01,GBP,"1,234"\n'
    with pytest.raises(Exception, match="thousand times more or less"):
        landed(write_shop(tmp_path, rates), RATES_LANDED)
