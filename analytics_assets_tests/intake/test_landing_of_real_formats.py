"""Real formats and troubles: each folder lands with the right figures, or says what is wrong.

The figures are those of each case's expected.md, computed here from the raw tables and the seed of
statuses with nothing of the marts' SQL. A folder that lacks a file takes it from where its
expected.md says.
"""

import csv
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
from cases import CASES, NEEDS_CASES, SHOPIFY, WOO, copy_of

from analytics_assets.intake import LandingError, land
from analytics_assets.settings import PROJECT_ROOT

SEED = PROJECT_ROOT / "dbt_project" / "seeds" / "staging" / "order_statuses.csv"

pytestmark = [pytest.mark.slow, NEEDS_CASES]

GERMAN = (
    "statuses: {Abgeschlossen: completed, In Bearbeitung: completed, Storniert: cancelled, "
    "Rückerstattet: refunded, Zahlung ausstehend: pending}\n"
)
TA_FENG = """
tables:
  lines:
    files: "ta_feng*.csv"
    columns:
      order_id: [CUSTOMER_ID, TRANSACTION_DT]
      order_date: TRANSACTION_DT
      customer_id: CUSTOMER_ID
      product_id: PRODUCT_ID
      product_category: PRODUCT_SUBCLASS
      quantity: AMOUNT
      line_total: SALES_PRICE
"""


@pytest.fixture
def database():
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def net(total: Decimal, discount: Decimal | None, percent: Decimal | None) -> Decimal:
    """Return an order's net amount, in exact decimals."""
    if discount is not None:
        return total - discount
    share = total * (percent or 0) / 100
    return total - share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def revenue(database, where: str = "true") -> tuple[int, Decimal]:
    """Return how many revenue orders there are, and the sum of their net amounts."""
    seed = csv.DictReader(SEED.read_text().splitlines())
    words = {row["raw_status"] for row in seed if row["is_revenue"] == "true"}
    orders = database.execute(
        "select order_status, total_amount, discount_amount, discount_percent from raw.orders "
        f"where total_amount is not null and ({where})"
    ).fetchall()
    amounts = [net(*order) for word, *order in orders if str(word).strip().lower() in words]
    amounts = [amount for amount in amounts if amount > 0]
    return len(amounts), sum(amounts, Decimal(0))


RIGHT = {
    "shopify as exported": (SHOPIFY, "as_exported", (), "", 685, "66916.57"),
    "shopify with its words": (SHOPIFY, "statuses_as_shopify_writes_them", (), "", 685, "66916.57"),
    "shopify shaped": (SHOPIFY, "shaped", (), "", 685, "66916.62"),
    "shopify with customers and products": (
        *("02-shopify-customers-products", "as_exported"),
        *((f"{SHOPIFY}/as_exported/orders_export_1.csv",), "", 685, "66916.57"),
    ),
    "woocommerce as exported": (
        *(WOO, "as_exported", (), f"encoding: latin-1\n{GERMAN}", 314, "31180.91"),
    ),
    "woocommerce shaped": (
        *(WOO, "shaped", (f"{WOO}/shaped_german_statuses/order_items.csv",), ""),
        *(314, "31180.94"),
    ),
    "woocommerce with german words": (
        *(WOO, "shaped_german_statuses", (), GERMAN, 314, "31180.94"),
    ),
    "olist as exported": ("04-olist", "as_exported", (), "", 709, "87294.67"),
    "olist shaped": ("04-olist", "shaped", (), "", 709, "87294.67"),
    "append log": ("06-append-log-versions", "as_exported", (), "", 456, "45357.49"),
    "pandas floats": ("07-float-and-excel-ids", "pandas_floats", (), "", 468, "45344.40"),
    "amazon as exported": ("08-amazon-all-orders", "as_exported", (), "", 532, "67807.84"),
    "square as exported": ("09-square-items-fractional", "as_exported", (), "", 416, "40062.85"),
    "parts": ("15-daily-files-and-parts", "spark_folders", (), "", 256, "31491.42"),
    "a file a month": ("15-daily-files-and-parts", "monthly_csv", (), "", 256, "31491.42"),
    "files joined": ("15-daily-files-and-parts", "concatenated", (), "", 256, "31491.42"),
    "ta-feng as exported": (
        *("16-ta-feng-flat-lines", "as_exported", (), TA_FENG, 503, "1758649.00"),
    ),
    "ta-feng shaped": ("16-ta-feng-flat-lines", "shaped", (), "", 503, "1758649.00"),
    "dong": ("17-large-amounts-vnd", "as_exported", (), "", 426, "23549776400.00"),
}


def _in_percent(database) -> bool:
    return database.execute("select count(discount_percent) from raw.orders").fetchall() != [(0,)]


@pytest.mark.parametrize("case", RIGHT)
def test_the_figures_are_those_of_the_case(tmp_path, database, case):
    name, sub, more, settings, orders, amount = RIGHT[case]
    report = land(database, copy_of(tmp_path, f"{name}/{sub}", *more, settings=settings))
    found, net_amount = revenue(database)
    assert found == orders
    # A discount given in percent may be rounded as the discount or as what is left of the amount.
    assert abs(net_amount - Decimal(amount)) <= (Decimal("0.10") if _in_percent(database) else 0)
    for table in report.tables.values():
        assert (
            table.rows_read
            == table.rows_accepted
            + table.rows_quarantined
            + table.rows_superseded
            - table.rows_kept
        )


REFUSED = {
    "orders without lines": (
        *(SHOPIFY, "total_instead_of_subtotal", "", "order_items: the file is missing"),
    ),
    "customers without orders": (
        *("02-shopify-customers-products", "as_exported", "", "orders: the file is missing"),
    ),
    "latin-1": (WOO, "as_exported", GERMAN, "313 of 958 rows are not UTF-8"),
    "ids from a spreadsheet": (
        *("07-float-and-excel-ids", "excel_resaved", "", "column product_id: holds ids such as"),
    ),
    "no order id": ("16-ta-feng-flat-lines", "renamed", "", "column order_id is missing"),
    "unknown format": ("16-ta-feng-flat-lines", "as_exported", "", "of no format that is known"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_land_is_refused_with_the_next_step(tmp_path, database, case):
    name, sub, settings, said = REFUSED[case]
    with pytest.raises(LandingError) as caught:
        land(database, copy_of(tmp_path, f"{name}/{sub}", settings=settings))
    assert said in str(caught.value)
    assert all("Next: " in fault for fault in caught.value.faults)
    # Every header of these files means something: none is a hint at another column.
    assert "rename" not in str(caught.value)


def test_every_folder_of_every_case_ends_in_one_of_two_ways(tmp_path):
    folders = sorted({path.parent for path in CASES.rglob("*.*") if path.name != "expected.md"})
    folders = [
        path for path in folders if path.suffix != ".parquet" and path.parent.parent == CASES
    ]
    assert len(folders) > 25
    for path in folders:
        with duckdb.connect(config={"threads": 1}) as database:
            faults: tuple[str, ...] = ()
            try:
                report = land(database, path)
            except LandingError as error:
                faults = error.faults
            assert all("Next: " in fault for fault in faults), path
            assert faults or report.tables["orders"].rows_accepted, path


def test_shopify_refunds_of_a_part_are_returns(tmp_path, database):
    land(database, copy_of(tmp_path, f"{SHOPIFY}/as_exported"))
    found = database.execute("select count(*), sum(amount), count(returned_at) from raw.returns")
    assert found.fetchall() == [(33, Decimal("994.34"), 0)]
    people = "select count(distinct customer_id) from raw.orders where order_status in "
    assert database.execute(f"{people} ('paid', 'partially_refunded')").fetchall() == [(387,)]


def test_shopify_customers_are_found_by_their_address(tmp_path, database):
    orders = f"{SHOPIFY}/as_exported/orders_export_1.csv"
    land(database, copy_of(tmp_path, "02-shopify-customers-products/as_exported", orders))
    known = "customer_id in (select customer_id from raw.customers)"
    assert revenue(database, known)[0] == 613
    assert revenue(database, f"not {known}")[0] == 72
    assert database.execute(
        "select count(*), count(price) from raw.product_catalog"
    ).fetchall() == [(24, 24)]


def test_fivetran_times_become_local_and_test_orders_are_marked(database):
    for name in ("as_exported", "renamed_files"):
        land(database, CASES / "05-fivetran-shopify-parquet" / name)
        assert revenue(database, "not is_test") == (480, Decimal("46373.48"))
        assert revenue(database) == (497, Decimal("47933.54"))
        [(cut_off,)] = database.execute(
            "select sum(total_amount - discount_amount) from raw.orders "
            "where order_status = 'paid' and not is_test "
            "and date_trunc('month', order_date) = date '2024-12-01' "
            "and date_trunc('month', order_date + interval 8 hour) = date '2025-01-01'"
        ).fetchall()
        assert cut_off == Decimal("158.14")
        database.execute("drop schema raw cascade")


def test_square_refunds_are_returns_of_the_customers_earlier_orders(tmp_path, database):
    land(database, copy_of(tmp_path, "09-square-items-fractional/as_exported"))
    [(amount,)] = database.execute("select sum(amount) from raw.returns").fetchall()
    assert Decimal("40062.85") - amount == Decimal("34650.93")
    assert database.execute(
        "select count(*) from raw.returns join raw.orders using (order_id) "
        "where returned_at < order_date"
    ).fetchall() == [(0,)]
    assert database.execute(
        "select count(*) from raw.order_items where quantity <> floor(quantity)"
    ).fetchall() != [(0,)]


def test_only_the_newest_file_is_refused_after_all_files(tmp_path, database):
    case = CASES / "15-daily-files-and-parts"
    land(database, case / "concatenated")
    with pytest.raises(LandingError, match=r"343 of 365 orders .* are gone"):
        land(database, case / "last_month_only")
    assert database.execute("select count(*) from raw.orders").fetchall() == [(365,)]
    report = land(
        database,
        copy_of(tmp_path, "15-daily-files-and-parts/last_month_only", settings="mode: merge\n"),
    )
    assert database.execute("select count(*) from raw.orders").fetchall() == [(365,)]
    assert report.tables["orders"].rows_kept == 343
    assert database.execute("select count(*) from raw.order_items").fetchall() == [(815,)]


def test_an_order_of_the_future_is_named_and_is_not_the_clock(tmp_path, database):
    report = land(database, copy_of(tmp_path, "18-one-future-date/as_exported"))
    assert str(report.newest_order)[:10] == "2025-03-30"
    assert "2042-09-17" in report.summary_of_faults()
