"""The cases of real shops through landing, staging and the table of reasons: right, or stopped.

A run that ends well has the figures of the case's expected.md; any other names the trouble in
numbers and says what to do.
"""

import csv
import hashlib
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from cases import NEEDS_CASES, SHOPIFY, WOO, copy_of
from through_the_graph import found, rows, run

LINES = {
    SHOPIFY: f"{SHOPIFY}/shaped/order_items.csv",
    WOO: f"{WOO}/shaped_german_statuses/order_items.csv",
}

pytestmark = [pytest.mark.slow, NEEDS_CASES]


WELL = {
    "shopify with customers": (
        f"{SHOPIFY}/shaped",
        ("02-shopify-customers-products/customers_keyed_by_email.csv as customers.csv",),
        "",
        685,
        "66916.62",
    ),
    "woocommerce shaped": (f"{WOO}/shaped", (LINES[WOO],), "", 314, "31180.94"),
    "olist, a customer per order": (
        "04-olist/customer_per_order",
        ("04-olist/shaped/order_items.csv",),
        "",
        709,
        "87294.67",
    ),
    "returned lines": ("12-returned-lines-and-service-lines/as_exported", (), "", None, None),
    "a future date": ("18-one-future-date/as_exported", (), "", None, None),
}
# Case -> the rule that warns and what it must say.
WARNED = {
    "shopify with customers": ("every_named_customer_is_known", " rows of 968 ("),
    "olist, a customer per order": ("some_customer_has_ordered_twice", "709 rows of 1,023"),
    "returned lines": ("frequent_products_have_a_category_and_a_price", "has a price"),
}


@pytest.mark.parametrize("case", WELL)
def test_a_run_that_ends_well_has_the_figures_of_the_case(tmp_path, case):
    path, more, settings, orders, amount = WELL[case]
    result = run(tmp_path, copy_of(tmp_path, path, *more, settings=settings))
    assert result.success, found(result)
    [(counted, money)] = rows(
        tmp_path,
        "select orders, amount from analytics.orders_accounted_for "
        "where reason = 'counted as revenue'",
    )
    if orders:
        assert (counted, abs(money - Decimal(amount)) <= Decimal("0.10")) == (orders, True)
    assert rows(
        tmp_path,
        "select sum(orders), round(sum(share_of_orders), 9), round(sum(share_of_amount), 9) "
        "from analytics.orders_accounted_for where part_of = 'all orders'",
    ) == [(*rows(tmp_path, "select count(*) from raw.orders")[0], 1.0, 1.0)]
    if case in WARNED:
        rule, said = WARNED[case]
        assert found(result)[rule].startswith("WARN "), found(result)
        assert said in found(result)[rule], found(result)


STOPPED = {
    # Its total_amount is what is left after the discount, its lines are before it.
    "shopify with its words": (
        *(f"{SHOPIFY}/statuses_as_shopify_writes_them", ()),
        *("total_amount_is_the_sum_of_the_lines", ("371 rows of 968 (38.3 %)", "before discount")),
    ),
    "total instead of subtotal": (
        *(f"{SHOPIFY}/total_instead_of_subtotal", (LINES[SHOPIFY],)),
        *("total_amount_is_the_sum_of_the_lines", ("968 rows of 968 (100.0 %)", "without tax")),
    ),
    "german statuses": (
        *(f"{WOO}/shaped_german_statuses", ()),
        *("every_status_is_known", ("448 rows of 448", "Abgeschlossen".lower(), "statuses: {")),
    ),
    "customers of other ids": (
        *(
            f"{SHOPIFY}/shaped",
            ("02-shopify-customers-products/customers_renamed.csv as customers.csv",),
        ),
        *("every_named_customer_is_known", ("968 rows of 968 (100.0 %)", "the same id")),
    ),
    "the total of the line as unit price": (
        *("08-amazon-all-orders/shaped", ()),
        *("total_amount_is_the_sum_of_the_lines", ("375 rows of 676", "by exactly the quantity")),
    ),
    "two currencies": (
        *("10-two-currencies/as_exported", ()),
        *(
            "every_order_is_in_the_shop_s_currency",
            ("add a row to exchange_rates for SEK from 20", "tolerated_share, 10%"),
        ),
    ),
}


@pytest.mark.parametrize("case", STOPPED)
def test_a_run_that_would_be_wrong_stops_and_says_why_in_numbers(tmp_path, case):
    path, more, rule, said = STOPPED[case]
    result = run(tmp_path, copy_of(tmp_path, path, *more))
    assert not result.success
    assert found(result)[rule].startswith("ERROR "), found(result)
    for words in said:
        assert words in found(result)[rule], found(result)
    assert (
        rows(tmp_path, "select 1 from duckdb_tables() where table_name = 'orders_accounted_for'")
        == []
    )


def test_what_is_tolerated_is_a_variable(tmp_path):
    files = copy_of(tmp_path, f"{WOO}/shaped_german_statuses")
    words = "statuses: {Abgeschlossen: completed}"
    (files / "shop.yml").write_text(words, encoding="utf-8")
    lenient = run(tmp_path, files, ANALYTICS_VARS='{"tolerated_share": 1.0}')
    assert lenient.success
    assert found(lenient)["every_status_is_known"].startswith("WARN ")


@pytest.mark.parametrize("export", ["as_exported", "keyed_by_email"])
def test_guests_and_second_accounts_of_one_address_are_one_customer(tmp_path, export):
    files = copy_of(tmp_path, f"11-guests-and-emails/{export}", settings="customers_by: email")
    result = run(tmp_path, files, assets="customer_segmentation")
    assert result.success, found(result)

    # No account of these files has a day of registration: the smallest id is the oldest.
    accounts, spent, times = defaultdict(set), defaultdict(Decimal), defaultdict(int)
    whole = Decimal(0)
    with (files / "orders.csv").open(newline="", encoding="utf-8") as lines:
        for order in csv.DictReader(lines):
            address = order["billing_email"].strip().lower()
            accounts[address] |= {order["customer_id"].strip()} - {""}
            cents = Decimal(order["total_amount"]) * (100 - Decimal(order["discount_percent"] or 0))
            if order["order_status"] == "completed" and cents > 0:
                spent[address] += (cents / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
                times[address] += 1
                whole += cents / 100
    # An account whose id is its address keeps the spelling of its first order.
    as_id = str.lower if export == "keyed_by_email" else str
    who = {
        address: as_id(min(ids))
        if ids
        else "guest-" + hashlib.sha256(address.encode("utf-8")).hexdigest()[:16]
        for address, ids in accounts.items()
    }
    buyers = rows(
        tmp_path,
        "select customer_id, total_orders, gross_revenue from analytics.customer_lifetime_value "
        "where total_orders > 0",
    )

    assert len(buyers) == 312
    assert sum(orders > 1 for _, orders, _ in buyers) == 145
    # Each order is rounded by itself; 71,495.14 is the sum rounded once.
    assert whole.quantize(Decimal("0.01")) == Decimal("71495.14")
    assert abs(sum(revenue for _, _, revenue in buyers) - whole) < Decimal("0.10")
    assert {as_id(customer): (orders, revenue) for customer, orders, revenue in buyers} == {
        who[address]: (times[address], amount) for address, amount in spent.items()
    }
    [(people,)] = rows(tmp_path, "select count(*) from staging.stg_customers")
    assert people == len(accounts)
    if export == "as_exported":
        assert addresses_in(tmp_path) == []


def addresses_in(tmp_path: Path) -> list[str]:
    """Return the columns of what analysts read that hold an e-mail address."""
    return [
        f"{table}.{column}"
        for table, column in rows(
            tmp_path,
            "select table_schema || '.' || table_name, column_name "
            "from information_schema.columns where data_type = 'VARCHAR' "
            "and table_schema in ('staging', 'analytics', 'realtime') and column_name <> 'email'",
        )
        if rows(tmp_path, f"select 1 from {table} where \"{column}\" like '%@%' limit 1")
    ]


def test_orders_of_another_currency_than_the_named_one_count_for_nothing(tmp_path):
    files = copy_of(tmp_path, "10-two-currencies/as_exported", settings="currency: sek")
    result = run(tmp_path, files, ANALYTICS_VARS='{"tolerated_share": 0.9}')
    assert result.success, found(result)

    amounts, others = [], 0
    with (files / "orders.csv").open(newline="", encoding="utf-8") as lines:
        for order in csv.DictReader(lines):
            if order["currency"] != "SEK":
                others += 1
            elif order["order_status"] == "completed":
                discount = Decimal(order["discount_percent"] or 0)
                net = Decimal(order["total_amount"]) * (100 - discount) / 100
                amounts.append(net.quantize(Decimal("0.01"), "ROUND_HALF_UP"))
    counted = {
        reason: (orders, amount)
        for reason, orders, amount in rows(
            tmp_path, "select reason, orders, amount from analytics.orders_accounted_for"
        )
    }

    assert counted["counted as revenue"] == (len(amounts), sum(amounts))
    assert counted["another currency"][0] == others
    assert found(result)["every_order_is_in_the_shop_s_currency"].startswith("WARN ")


def test_with_an_exchange_rate_orders_of_another_currency_count_in_the_shop_s(tmp_path):
    files = copy_of(tmp_path, "10-two-currencies/as_exported", settings="currency: EUR")
    (files / "exchange_rates.csv").write_text("day,currency,rate\n2000-01-01,SEK,0.0884955752\n")
    result = run(tmp_path, files)
    assert result.success, found(result)

    counted = {
        reason: (orders, amount)
        for reason, orders, amount in rows(
            tmp_path, "select reason, orders, amount from analytics.orders_accounted_for"
        )
    }
    orders, amount = counted["counted as revenue"]
    # The case converts the sum at 11.3, here each order is rounded.
    assert (orders, abs(amount - Decimal("31848.52")) < Decimal("0.30")) == (397, True), amount
    assert counted["converted"][0] == 59
    assert counted["another currency"] == (0, 0)
