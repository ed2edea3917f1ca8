"""Faults of whole files: nothing lands, and the message says which file, what, and what next."""

import gzip
import os

import pytest

from analytics_assets.intake import LandingError, land

CUSTOMERS = "customer_id,state\nC1,UK\n"


def test_all_faults_of_all_files_are_named_at_once_and_nothing_lands(shop):
    shop.write("orders.csv", "order_id,Order_ID,total_amount\n")
    (shop.folder / "order_items.csv").unlink()
    shop.write("customers.csv", "")
    shop.write("product_catalog.parquet", b"PAR1 cut off")
    faults = shop.faults()
    beginnings = [
        "order_items: the file is missing",
        "orders.csv: column order_id is there 2 times",
        "orders.csv: column customer_id is missing",
        "orders.csv: column order_date is missing",
        "orders.csv: column order_status is missing",
        "customers.csv: is empty",
        "product_catalog.parquet: cannot be read",
    ]
    assert len(faults) == len(beginnings)
    for fault, beginning in zip(faults, beginnings, strict=True):
        assert fault.startswith(beginning)
        assert "Allowed" in fault
    assert shop.tables() == []


def test_a_missing_file_is_named_with_what_is_there(shop):
    shop.replace("orders.csv", "order.csv", "x")
    fault = shop.fault()
    assert "orders.parquet or orders.csv or orders.csv.gz" in fault
    assert "holds order.csv, order_items.csv" in fault


def test_a_missing_folder_is_named(shop, tmp_path):
    with pytest.raises(LandingError, match="no_such_folder' cannot be listed"):
        land(shop.connection, tmp_path / "no_such_folder")


def test_two_files_for_one_table_are_refused(shop):
    shop.write("orders.parquet", b"")
    assert "orders.csv, orders.parquet are both there" in shop.fault()


def test_a_file_name_in_other_letter_case_says_rename(shop):
    shop.write("Customers.CSV", CUSTOMERS)
    assert "found Customers.CSV" in shop.fault()
    assert "rename it to customers.csv" in shop.fault()


def test_a_folder_or_a_broken_link_or_a_pipe_is_no_file(shop):
    (shop.folder / "customers.parquet").mkdir()
    (shop.folder / "product_catalog.csv").symlink_to(shop.folder / "nowhere")
    (shop.folder / "orders.csv").unlink()
    os.mkfifo(shop.folder / "orders.csv")
    faults = shop.faults()
    assert [fault.split(":")[0] for fault in faults] == [
        "orders.csv",
        "customers.parquet",
        "product_catalog.csv",
    ]
    assert all("is no file" in fault for fault in faults)


def test_a_missing_column_is_named_with_what_the_file_has_and_what_is_close(shop):
    shop.write("orders.csv", "order_id,customer_id,order_dat,order_status,total_amount\n")
    fault = shop.fault()
    assert "orders.csv: column order_date is missing" in fault
    assert "order_id, customer_id, order_dat, order_status, total_amount" in fault
    assert "YYYY-MM-DD" in fault
    assert "Rename order_dat" in fault


def test_a_look_alike_letter_in_the_header_is_made_visible(shop):
    shop.write("customers.csv", "\u0441ustomer_id\n")
    assert "the file has: \\u0441ustomer_id" in shop.fault()


def test_another_separator_is_guessed(shop):
    shop.write("customers.csv", CUSTOMERS.replace(",", ";"))
    assert "write it with commas" in shop.fault()


def test_duplicate_headers_are_refused_letter_case_aside(shop):
    shop.write("customers.csv", "customer_id,state,STATE \nC1,a,b\n")
    assert "column state is there 2 times (columns 2, 3, letter case aside)" in shop.fault()


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(shop, content):
    shop.write("customers.csv", content)
    assert "customers.csv: is empty" in shop.fault()


def test_utf_16_is_refused_by_name(shop):
    shop.write("customers.csv", CUSTOMERS.encode("utf-16"))
    assert "is UTF-16. Allowed is UTF-8" in shop.fault()


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


@pytest.mark.parametrize("spoil", [lambda c: c[:-30], lambda c: c[:-2], lambda c: c + b"x"])
def test_a_gzip_file_that_is_cut_off_or_spoilt_is_refused(shop, spoil):
    rows = "".join(f"C{number},{number * 7919 % 104729}\n" for number in range(20000))
    shop.write("customers.csv.gz", spoil(gzip.compress(b"customer_id,state\n" + rows.encode())))
    assert "customers.csv.gz: cannot be read to its end" in shop.fault()


def test_text_that_is_no_gzip_is_refused(shop):
    shop.write("customers.csv.gz", CUSTOMERS)
    assert "customers.csv.gz: cannot be read to its end (Not a gzipped file" in shop.fault()


def test_text_after_a_closing_quote_is_refused_with_its_line(shop):
    shop.write("customers.csv", 'customer_id,state\r\nC1,"a\nb"\r\nC2,"x"y\r\nC3,z\r\n')
    assert "customers.csv: line 4: text follows a closing quote" in shop.fault()


def test_a_quote_that_is_never_closed_is_refused_with_its_line(shop):
    shop.write("customers.csv", 'customer_id,state\nC1,"a ""b"""\nC2,"x ""\nC3,z\n')
    assert "customers.csv: line 3: a quoted value begins here and does not end" in shop.fault()


def test_a_row_that_is_too_long_is_refused_with_its_line(shop):
    long_row = "C3," + "x" * 3_000_000
    shop.write("customers.csv", f"customer_id,state\nC1,a\nC2,b\n{long_row}\n")
    assert "customers.csv: line 4: the row is longer than 1048576 bytes" in shop.fault()


def test_a_file_that_may_not_be_read_is_refused(shop, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    faults = shop.faults()
    assert [fault.split(":")[0] for fault in faults] == ["orders.csv", "order_items.csv"]
    assert all("Permission denied" in fault for fault in faults)
