"""Faults of whole files: nothing lands, and the message says which file, what, and what next."""

import gzip
import os

import pytest

from analytics_assets.intake import LandingError, land

CUSTOMERS = "customer_id,state\nC1,UK\n"


def test_all_faults_of_all_files_are_named_at_once_and_nothing_lands(shop):
    shop.write("orders.csv", "order_id,Order_ID,total\n")
    shop.write("order_items.csv", "order_id,price\n")
    faults = shop.faults()
    beginnings = [
        "order_items.csv: column product_id is missing",
        "order_items.csv: column quantity is missing",
        "order_items.csv: column unit_price or line_total is missing",
        "orders.csv: column order_id is there 2 times",
        "orders.csv: column order_date is missing",
        "orders.csv: column total_amount is missing",
    ]
    assert [
        fault[: len(beginning)] for fault, beginning in zip(faults, beginnings, strict=True)
    ] == (beginnings)
    assert all("Next: " in fault for fault in faults)
    assert shop.tables() == []


@pytest.mark.parametrize("blank", ["", "\n"], ids=["as it is", "after a blank line"])
def test_a_quote_that_closes_rows_later_is_refused(shop, blank: str):
    shop.write(
        "orders.csv",
        "order_id,order_date,total_amount,order_status\n"
        f'{blank}O1,2024-01-01,5.00,"paid\n'
        "O2,2024-01-02,6.00,paid\n"
        'O3,2024-01-03,7.00,paid"\n',
    )

    fault = shop.fault()

    assert "orders.csv: 1 value(s) of order_status hold whole rows of the file" in fault
    assert "Next: " in fault


def test_a_missing_file_is_named_with_what_is_there(shop):
    shop.replace("orders.csv", "order.csv", "x")
    fault = shop.fault()
    assert "orders: the file is missing" in fault
    assert "holds order.csv, order_items.csv" in fault


@pytest.mark.parametrize(
    ("euros", "dollars"),
    [("\u20ac5.00", "$7.00"), ("5.00 EUR", "7.00 USD"), ('"\u20ac5,00"', '"$7,00"')],
)
def test_amounts_of_two_currencies_in_one_column_are_refused(shop, euros, dollars):
    rows = "".join(
        f"A{number},2024-01-01,s,{dollars if number % 50 == 0 else euros}\n"
        for number in range(1, 101)
    )
    shop.write("orders.csv", f"order_id,order_date,order_status,total_amount\n{rows}")
    fault = shop.fault()
    assert "column total_amount: holds amounts of several currencies: " in fault
    assert " 2 such as " in fault
    assert " 98 such as " in fault


def test_amounts_of_two_currencies_land_where_a_column_says_which(shop):
    shop.write(
        "orders.csv",
        "order_id,order_date,order_status,total_amount,currency\n"
        "A1,2024-01-01,s,\u20ac5.00,EUR\nA2,2024-01-01,s,$7.00,USD\n",
    )
    shop.land()
    assert sorted(shop.rows("select total_amount, currency from raw.orders")) == [
        (5, "EUR"),
        (7, "USD"),
    ]


def test_a_missing_folder_is_named(shop, tmp_path):
    with pytest.raises(LandingError, match="no_such_folder' cannot be listed"):
        land(shop.connection, tmp_path / "no_such_folder")


def test_two_files_for_one_table_are_refused(shop):
    shop.write("orders.tsv", b"order_id\n")
    assert "orders.csv, orders.tsv are both there" in shop.fault()


def test_a_folder_or_a_broken_link_or_a_pipe_is_no_file(shop):
    (shop.folder / "product_catalog.csv").symlink_to(shop.folder / "nowhere")
    (shop.folder / "orders.csv").unlink()
    os.mkfifo(shop.folder / "orders.csv")
    faults = shop.faults()
    assert [fault.split(":")[0] for fault in faults] == [
        "orders.csv",
        "product_catalog.csv",
    ]
    assert all("is no file" in fault for fault in faults)


def test_a_missing_column_is_named_with_what_the_file_has_and_what_is_close(shop):
    shop.write("orders.csv", "order_id,customer_id,order_dat,order_status,total_amount\n")
    fault = shop.fault()
    assert "orders.csv: column order_date is missing" in fault
    assert "order_id, customer_id, order_dat, order_status, total_amount" in fault
    assert "rename order_dat if" in fault


def test_a_look_alike_letter_in_the_header_is_made_visible(shop):
    shop.write("customers.csv", "\u0441ustomer_id\n")
    assert "the file has: \\u0441ustomer_id" in shop.fault()


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), ("|", "utf-8-sig")]
)
def test_other_separators_and_utf_16_are_read(shop, separator, encoding):
    shop.write(
        "customers.csv", "customer_id,state\nC\u00e9,UK\n".replace(",", separator).encode(encoding)
    )
    shop.land()
    assert shop.values("customers", "customer_id") == ["C\u00e9"]


def test_duplicate_headers_are_refused_letter_case_aside(shop):
    shop.write("customers.csv", "customer_id,state,STATE \nC1,a,b\n")
    assert "column state is there 2 times (columns 2, 3, letter case aside)" in shop.fault()


@pytest.mark.parametrize("content", [b"", b"\n\r\n"])
def test_an_empty_file_is_refused(shop, content):
    shop.write("customers.csv", content)
    assert "customers.csv: is empty" in shop.fault()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("customers.csv", gzip.compress(b"customer_id\n", mtime=0), "gzip"),
        ("customers.csv", b"PAR1....PAR1", "Parquet"),
        ("customers.csv.gz", b"PAR1....PAR1", "Parquet"),
    ],
)
def test_a_file_under_a_wrong_name_is_refused(shop, name, content, kind):
    shop.write(name, content)
    assert f"{name}: holds {kind}" in shop.fault()


@pytest.mark.parametrize("spoil", [lambda c: c[:-30], lambda c: c + b"x"])
def test_a_gzip_file_that_is_cut_off_or_spoilt_is_refused(shop, spoil):
    rows = "".join(f"C{number},{number * 7919 % 104729}\n" for number in range(20000))
    shop.write("customers.csv.gz", spoil(gzip.compress(b"customer_id,state\n" + rows.encode())))
    assert "customers.csv.gz: cannot be read to its end" in shop.fault()


def test_text_that_is_no_gzip_is_refused(shop):
    shop.write("customers.csv.gz", CUSTOMERS)
    assert "customers.csv.gz: cannot be read to its end (Not a gzipped file" in shop.fault()


def test_text_after_a_closing_quote_is_refused_with_its_line(shop):
    shop.write("customers.csv", 'customer_id,state\r\nC1,"a\nb"\r\nC2,"x"y\r\nC3,z\r\n')
    assert "customers.csv: line 3: a quoted value does not end, or text follows" in shop.fault()


def test_a_quote_that_is_never_closed_is_refused_with_its_line(shop):
    shop.write("customers.csv", 'customer_id,state\nC1,"a ""b"""\nC2,"x ""\nC3,z\n')
    assert "customers.csv: line 3: a quoted value does not end" in shop.fault()


@pytest.mark.slow
def test_a_row_that_is_too_long_is_refused_with_its_line(shop):
    long_row = "C3," + "x" * 1_100_000
    shop.write("customers.csv", f"customer_id,state\nC1,a\nC2,b\n{long_row}\n")
    assert "customers.csv: line 4: the row is longer than 1048576 bytes" in shop.fault()


def test_a_file_that_may_not_be_read_is_refused(shop, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    (shop.folder / "shop.yml").unlink()
    monkeypatch.setattr("pathlib.Path.open", refuse)
    faults = shop.faults()
    assert [fault.split(":")[0] for fault in faults] == ["order_items.csv", "orders.csv"]
    assert all("Permission denied" in fault for fault in faults)
