"""What lands from files without a fault, in every form they may have."""

import datetime
import gzip
from decimal import Decimal

import duckdb
import pytest

from analytics_assets.intake import land
from analytics_assets.intake.schema import QUARANTINE_COLUMNS, RAW_TABLES

CUSTOMERS = "customer_id,first_name,registration_date\n C1 , Ann ,2023-12-31\nC9,,\n"
CATALOG = "product_id,product_name,price,unit_cost,stock_quantity\nP1,Cup,10,4.25,3\n"


def test_every_table_has_the_columns_and_types_of_the_schema(shop):
    shop.land()
    for table in RAW_TABLES.values():
        described = shop.rows(f"describe raw.{table.name}")
        assert {name: kind for name, kind, *_ in described} == table.columns
    described = shop.rows("describe raw.quarantined_rows")
    assert {name: kind for name, kind, *_ in described} == QUARANTINE_COLUMNS
    assert shop.rows("select * from raw.quarantined_rows") == []


def test_the_report_counts_rows_and_knows_the_newest_order(shop):
    report = shop.land()
    counts = {
        name: (table.file_name, table.rows_read, table.rows_accepted, table.rows_quarantined)
        for name, table in report.tables.items()
    }
    assert counts == {
        "orders": ("orders.csv", 2, 2, 0),
        "order_items": ("order_items.csv", 2, 2, 0),
        "customers": (None, 1, 1, 0),
        "product_catalog": (None, 2, 2, 0),
        "returns": ("order_items.csv, orders.csv", 0, 0, 0),
        "exchange_rates": (None, 0, 0, 0),
    }
    assert report.newest_order == datetime.datetime(2024, 2, 6)
    assert report.quarantine == ()
    assert report.summary_of_faults() == ""


@pytest.mark.parametrize(
    ("line_end", "mark", "compressed"),
    [("\n", b"\xef\xbb\xbf", False), ("\r\n", b"", True), ("\r", b"\xef\xbb\xbf", True)],
)
def test_line_ends_byte_order_mark_and_compression_change_nothing(shop, line_end, mark, compressed):
    content = mark + CUSTOMERS.replace("\n", line_end).encode()
    if compressed:
        # Two members, as concatenated files have them.
        shop.write("customers.csv.gz", gzip.compress(content[:20]) + gzip.compress(content[20:]))
    else:
        shop.write("customers.csv", content)
    report = shop.land()
    assert report.tables["customers"].rows_accepted == 2
    assert shop.values("customers", "first_name") == [" Ann ", None]


def test_files_joined_from_two_machines_have_two_kinds_of_line_ends(shop):
    shop.write(
        "customers.csv",
        b'customer_id,first_name\r\n"A","Ann"\r\n"B","x\r\ny"\n"C","Cy"\r\n"D",""\n',
    )
    shop.land()
    assert shop.rows("select customer_id, first_name from raw.customers") == [
        ("A", "Ann"),
        ("B", "x\r\ny"),
        ("C", "Cy"),
        ("D", None),
    ]


def test_a_quote_inside_an_unquoted_value_is_a_plain_character(shop):
    shop.write("customers.csv", 'customer_id,address\nC1,12" disc\nC2,"q"\nC3,a""b\n')
    shop.land()
    assert shop.values("customers", "address") == ['12" disc', "q", 'a""b']


def test_column_order_letter_case_and_blanks_in_the_header_do_not_matter(shop):
    shop.write("customers.csv", ' STATE ,Customer_ID\n"UK",C1\n')
    report = shop.land()
    assert shop.rows("select customer_id, state from raw.customers") == [("C1", "UK")]
    assert not any("ignored" in notice for notice in report.tables["customers"].notices)


def test_ignored_and_absent_columns_are_named_in_a_notice(shop):
    shop.write("product_catalog.csv", "product_id,colour,,colour,price\nP1,red,,x,2\n")
    notices = shop.land().tables["product_catalog"].notices
    assert notices[0] == "product_catalog.csv: ignored columns: colour, , colour"
    assert "unit_cost" in notices[1]


def test_hundreds_of_further_columns_are_ignored(shop):
    extra = [f"x{number}" for number in range(300)]
    shop.write(
        "customers.csv",
        ",".join([*extra, "customer_id"]) + "\n" + ",".join(["1"] * 300 + ["C1"]) + "\n",
    )
    [notice, _] = shop.land().tables["customers"].notices
    assert "x0, x1, " in notice
    assert "and 200 more" in notice
    assert shop.values("customers", "customer_id") == ["C1"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1,234,567.50", Decimal("1234567.50")),
        ("1'234.50", Decimal("1234.50")),
        ("1\u00a0234.5", Decimal("1234.50")),
        ("1,234.50-", Decimal("-1234.50")),
        ("(12.50)", Decimal("-12.50")),
        ("\u221212.50", Decimal("-12.50")),
    ],
)
def test_one_large_or_negative_amount_is_read_among_many_plain_ones(shop, written, expected):
    plain = "".join(f"A{number},2024-01-01,s,1.00\n" for number in range(2, 99))
    shop.write(
        "orders.csv",
        f'order_id,order_date,order_status,total_amount\nA1,2024-01-01,s,"{written}"\n{plain}',
    )
    shop.land()
    assert shop.values("orders", "total_amount")[0] == expected
    assert shop.quarantine() == []


@pytest.mark.parametrize("written", ["1,23", "12,3456", "--1", "\u20ac5", "5 %", "1.234,50"])
def test_one_amount_that_may_mean_something_else_is_quarantined_among_many(shop, written):
    plain = "".join(f"A{number},2024-01-01,s,1.00\n" for number in range(2, 99))
    shop.write(
        "orders.csv",
        f'order_id,order_date,order_status,total_amount\nA1,2024-01-01,s,"{written}"\n{plain}',
    )
    shop.land()
    assert [row[3:5] for row in shop.quarantine()] == [("total_amount", written)]


def test_rounded_values_are_counted_in_a_notice(shop):
    shop.write(
        "orders.csv",
        "order_id,order_date,total_amount\nA,2024-01-01,1.234\nB,2024-01-01,2.50\n",
    )
    notices = shop.land().tables["orders"].notices
    assert "orders.csv: total_amount: values rounded half-up: 1" in notices


def test_a_header_without_rows_lands_an_empty_table(shop):
    shop.write("orders.csv", "order_id,customer_id,order_date,order_status,total_amount\n")
    shop.write("order_items.csv", "order_id,product_id,quantity,unit_price")
    report = shop.land()
    assert {table.rows_accepted for table in report.tables.values()} == {0}
    assert report.newest_order is None


def test_a_folder_name_with_quotes_and_wildcards_is_only_a_name(shop, tmp_path):
    folder = tmp_path / "a'b\"; drop table raw.orders; [*]?"
    folder.mkdir()
    for name in ("orders.csv", "order_items.csv"):
        (folder / name).write_bytes((tmp_path / name).read_bytes())
    with duckdb.connect() as connection:
        assert land(connection, folder).tables["orders"].rows_accepted == 2


def test_a_link_to_a_file_is_as_good_as_the_file(shop, tmp_path):
    elsewhere = tmp_path / "export of today"
    (tmp_path / "orders.csv").rename(elsewhere)
    (tmp_path / "orders.csv").symlink_to(elsewhere)
    assert shop.land().tables["orders"].rows_accepted == 2


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # 2025-06-30 16:00 in Los Angeles, seven hours behind UTC; midnight there is another day.
        (["1751324400", "1751353200.0"], ["2025-06-30 16:00:00", "2025-07-01 00:00:00"]),
        (["1751324400000", "1751324400999"], ["2025-06-30 16:00:00", "2025-06-30 16:00:00.999000"]),
        # A spreadsheet knows no zone.
        (["45838", "45838.6667245"], ["2025-06-30 00:00:00", "2025-06-30 16:00:05"]),
    ],
)
def test_times_may_be_numbers_of_three_kinds(shop, written, expected):
    rows = "".join(f"A{place},C1,{time},1\n" for place, time in enumerate(written))
    shop.write("orders.csv", f"order_id,customer_id,order_date,total_amount\n{rows}")
    shop.land()
    landed = shop.connection.execute("select order_date from raw.orders order by 1").fetchall()
    assert [str(time) for (time,) in landed] == expected


def test_a_number_that_is_no_time_is_quarantined_among_times_that_are_numbers(shop):
    shop.write(
        "orders.csv",
        "order_id,customer_id,order_date,total_amount\n"
        "A1,C1,1751324400,1\nA2,C1,1751324401,1\nA3,C1,45838,1\nA4,C1,2025-06-30,1\n",
    )
    shop.land()
    gone = shop.connection.execute("select value, reason from raw.quarantined_rows order by 1")
    assert gone.fetchall() == [
        ("2025-06-30", "order_date is written otherwise"),
        ("45838", "order_date is not a date"),
    ]


def test_ids_that_guests_share_are_nobody(shop):
    shop.settings('guests: ["0", guest]\n')
    shop.write(
        "orders.csv",
        "order_id,customer_id,order_date,total_amount\n"
        "A1,0,2024-01-05,1\nA2,guest,2024-01-05,1\nA3,00,2024-01-05,1\nA4,,2024-01-05,1\n",
    )
    report = shop.land()
    [said] = [notice for notice in report.tables["orders"].notices if "guests" in notice]
    assert "2 of 4 (50 %) are of 0, guest" in said
    landed = shop.connection.execute("select order_id, customer_id from raw.orders order by 1")
    assert landed.fetchall() == [("A1", None), ("A2", None), ("A3", "00"), ("A4", None)]
    customers = shop.connection.execute("select customer_id from raw.customers").fetchall()
    assert customers == [("00",)]


@pytest.mark.parametrize(("allowed", "used"), [("8GB", "1.4 GiB"), ("1GB", "953.6 MiB")])
def test_a_landing_uses_little_memory_or_less_where_less_is_allowed(shop, allowed, used):
    shop.connection.execute(f"set memory_limit = '{allowed}'")
    shop.land()
    assert shop.rows("select current_setting('memory_limit')") == [(used,)]


def test_lines_before_the_header_are_left_out_and_named(shop):
    rows = shop.folder / "orders.csv"
    shop.write("orders.csv", f'\nSeller ID : "a, b"\n\nPeriod: 2024\n{rows.read_text()}')
    report = shop.land()
    assert report.tables["orders"].rows_accepted == 2
    assert "orders.csv: lines before the header, left out: 2" in report.tables["orders"].notices


def test_a_header_narrower_than_its_rows_is_no_line_before_it(shop):
    shop.write("orders.csv", "order_id,total_amount\nA1,C1,2024-01-05,Completed,20.00\n" * 2)
    assert all("the file has: order_id, total_amount." in fault for fault in shop.faults())
