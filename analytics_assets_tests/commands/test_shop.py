"""`make shop`: a stranger's files to a shop.yml that reads them, with nothing loaded."""

from pathlib import Path

import duckdb
import pytest

from analytics_assets.command import shop
from analytics_assets.command.shop import main
from analytics_assets.intake import land

# As a marketplace's "sold order items": names that no format has.
SOLD_ITEMS = """\
Sale Date,Item Name,Buyer,Quantity,Price,Item Total,Currency,Order ID,SKU,Ship City
12/28/25,Blue Mug,anna,2,15.00,30.00,USD,3001,MUG-B,Town
12/29/25,Red Mug,bert,1,16.00,15.00,USD,3002,MUG-R,Town
12/29/25,Blue Mug,bert,1,15.00,15.00,USD,3002,MUG-B,Town
"""
GERMAN = """\
Bestellnummer;Datum;Kunde;Artikel;Menge;Einzelpreis;Status
1001;03.12.2025;K1;Becher;2;15,00;Versendet
1001;03.12.2025;K1;Teller;1;20,00;Versendet
1002;13.12.2025;K2;Becher;1;15,00;Storniert
"""
# As an open-source shop system's tables: the lines name the order by its inner number.
HEADS = """\
entity_id,increment_id,status,customer_id,subtotal,grand_total,created_at
7,100000007,complete,4,45.0000,53.5500,2025-12-03 09:00:00
8,100000008,complete,5,15.0000,17.8500,2025-12-04 10:00:00
"""
POSITIONS = """\
item_id,order_id,product_id,sku,qty_ordered,price,row_total
70,7,31,MUG,3.0000,15.0000,45.0000
80,8,31,MUG,1.0000,15.0000,15.0000
"""
ORDERS_ONLY = "ID;Reference;Customer;Total;Date\n1;XKB;J. DOE;61,80;2025-12-06 05:42:42\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(
        "ANALYTICS_DUCKDB_PATH", str(tmp_path / "data" / "automated_intelligence.duckdb")
    )
    # Staging takes seconds: one test builds it.
    monkeypatch.setattr(shop, "_of_a_run", lambda *_: ([], []))
    files = tmp_path / "files"
    files.mkdir()
    return files


def landed(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        land(connection, folder, business_timezone="UTC")
        return connection.execute(sql).fetchall()


def save_draft(folder: Path) -> None:
    """Do as a person does who agrees with it."""
    (folder / "shop.yml").write_text((folder / "shop.yml.draft").read_text())


def test_files_of_no_known_format_get_a_draft_that_reads_them(folder: Path):
    (folder / "sold.csv").write_text(SOLD_ITEMS)

    assert main([str(folder)]) == 1
    save_draft(folder)

    assert main([str(folder)]) == 0
    orders = "select order_id, customer_id, cast(total_amount as double) from raw.orders order by 1"
    assert landed(folder, orders) == [("3001", "anna", 30.0), ("3002", "bert", 30.0)]
    products = "select product_id, sum(quantity) from raw.order_items group by 1 order by 1"
    assert landed(folder, products) == [("MUG-B", 3), ("MUG-R", 1)]
    assert not (folder.parent / "data").exists()


def test_a_file_of_orders_beside_one_of_lines_is_drafted_as_two_tables(folder: Path):
    (folder / "sales_order.csv").write_text(HEADS)
    (folder / "sales_order_item.csv").write_text(POSITIONS)

    assert main([str(folder)]) == 1
    save_draft(folder)

    assert main([str(folder)]) == 0
    orders = "select order_id, cast(total_amount as double) from raw.orders order by 1"
    assert landed(folder, orders) == [("7", 45.0), ("8", 15.0)]
    lines = "select order_id, product_id, quantity, line_total from raw.order_items order by 1"
    assert landed(folder, lines) == [("7", "31", 3, 45), ("8", "31", 1, 15)]


def test_words_it_does_not_know_are_to_be_added_to_the_shop_yml_that_is_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "Bestellungen.csv").write_text(GERMAN)
    main([str(folder)])
    save_draft(folder)
    (folder / "shop.yml.draft").unlink()
    capsys.readouterr()

    assert main([str(folder)]) == 0

    printed = capsys.readouterr().out
    assert '  "storniert": \n  "versendet": \n' in printed
    assert f"add it to {folder / 'shop.yml'}" in printed
    assert not (folder / "shop.yml.draft").exists()


def test_what_no_header_holds_must_be_named(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "order.csv").write_text(ORDERS_ONLY)
    main([str(folder)])
    save_draft(folder)
    assert "orders without their lines" in capsys.readouterr().out

    assert main([str(folder)]) == 1

    assert "product_id, quantity: must name a column of the file" in capsys.readouterr().err


def test_a_draft_that_somebody_works_on_stays_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "sold.csv").write_text(SOLD_ITEMS)
    (folder / "shop.yml.draft").write_text("mine")

    assert main([str(folder)]) == 1

    assert (folder / "shop.yml.draft").read_text() == "mine"
    assert 'order_id: "Order ID"' in capsys.readouterr().out


def test_a_folder_that_may_not_be_written_has_its_draft_printed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (folder / "sold.csv").write_text(SOLD_ITEMS)
    # Root may write everywhere, so the refusal is planted.
    opened = Path.open

    def refusing(path: Path, mode: str = "r", *rest: object, **named: object) -> object:
        if mode == "x":
            raise PermissionError(13, "Permission denied")
        return opened(path, mode, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refusing)

    assert main([str(folder)]) == 1

    assert "The folder may not be written" in capsys.readouterr().out


def test_what_is_read_as_it_is_needs_no_shop_yml(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "orders.csv").write_text(
        "order_id,customer_id,order_date,order_status,total_amount\n1,A,2025-01-01,completed,10\n"
    )
    (folder / "order_items.csv").write_text(
        "order_item_id,order_id,product_id,quantity,unit_price,line_total\n1,1,P,1,10,10\n"
    )

    assert main([str(folder)]) == 0

    assert "nothing needs saying in shop.yml" in capsys.readouterr().out
    assert [file.name for file in sorted(folder.iterdir())] == ["order_items.csv", "orders.csv"]


# What an order says of itself stands on its first row; amounts are those of the order, too.
FIRST_ROW = """\
Order ID,Email,Financial Status,Currency,Subtotal,Shipping,Total,Discount Amount,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku
00017,Ann@x.org,PAID,USD,25.50,4.00,27.00,2.50,2024-11-30 23:30:00 -0800,2,Cup,10.00,C
00017,,,,,,,,,1,Tray,5.50,T
00018,bob@x.org,PAID,USD,30.00,0.00,30.00,0.00,2024-12-02 09:00:00 -0800,3,Cup,10.00,C
"""
PRODUCT_ROWS = """\
Order ID,Order Date,Order Status,Customer Email,Product SKU,Product Name,Product Qty,\
Product Unit Price
100,01/12/2024,Completed,ann@x.org,C,Cup,2,10.00
100,01/12/2024,Completed,ann@x.org,T,Tray,1,5.50
101,13/12/2024,Cancelled,bob@x.org,C,Cup,3,10.00
"""
SNAKES = """\
order_number,date_created,email,payment_status,sku,name,quantity,price,line_discount,currency
A1,"Nov 30, 2024 11:30 PM",ann@x.org,PAID,C,Cup,2,10.00,-1.00,USD
A1,"Nov 30, 2024 11:30 PM",ann@x.org,PAID,T,Tray,1,5.50,-1.50,USD
"""
LANDED = {
    "order on its first row": (FIRST_ROW, [("00017", 25.5, 2.5, "PAID"), ("00018", 30, 0, "PAID")]),
    "one row per product": (
        PRODUCT_ROWS,
        [("100", 25.5, None, "Completed"), ("101", 30, None, "Cancelled")],
    ),
    "discounts of lines": (SNAKES, [("A1", 25.5, 2.5, "PAID")]),
}


@pytest.mark.parametrize("export", LANDED)
def test_the_draft_of_a_flat_export_lands_it_as_written(folder: Path, export: str):
    text, expected = LANDED[export]
    (folder / "export.csv").write_text(text)
    assert main([str(folder)]) == 1
    save_draft(folder)
    assert "customers_by: email" in (folder / "shop.yml").read_text()

    orders = (
        "select order_id, total_amount, discount_amount, order_status from raw.orders order by 1"
    )
    assert landed(folder, orders) == expected
    lines = "select product_id, line_total from raw.order_items order by 1, 2 limit 1"
    assert landed(folder, lines) == [("C", 20)]


def test_headers_of_windows_are_drafted_with_their_encoding(folder: Path):
    (folder / "verkauf.csv").write_bytes(GERMAN.replace("Kunde", "Käufer").encode("cp1252"))
    assert main([str(folder)]) == 1
    save_draft(folder)
    assert "encoding: cp1252\n" in (folder / "shop.yml").read_text()
    assert "Käufer" in (folder / "shop.yml").read_text()
    assert landed(folder, "select count(*) from raw.orders") == [(2,)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [("my export.zip", "unzip 'my export.zip'"), ("orders.gz", "gunzip orders.gz")],
)
def test_a_packed_file_is_to_be_unpacked(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, typed: str
):
    (folder / name).write_bytes(b"PK\x03\x04")
    assert main([str(folder)]) == 1
    assert typed in capsys.readouterr().err
    (folder / "other.csv").write_text("a,b\n1,2\n")
    assert main([str(folder)]) == 1
    assert typed in capsys.readouterr().err


@pytest.mark.slow
def test_what_would_stop_a_run_is_said_and_the_exit_code_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    monkeypatch.setenv("ANALYTICS_DUCKDB_PATH", str(folder / "automated_intelligence.duckdb"))
    orders = "order_id,customer_id,order_date,order_status,total_amount\n"
    lines = "order_id,product_id,quantity,unit_price\n"
    (folder / "orders.csv").write_text(
        orders + "".join(f"{n},A,2025-01-{n:02},versandt,10\n" for n in range(1, 29))
    )
    in_pieces = "".join(f"{n},P,{1 if n > 5 else '1 pcs'},10\n" for n in range(1, 29))
    (folder / "order_items.csv").write_text(lines + in_pieces)

    assert main([str(folder)]) == 1
    said = capsys.readouterr()
    assert "quantity is a number with a unit" in said.out
    assert "A run on these files would stop" in said.err
    assert "order_items: 5 rows of 28 (17.9 %)" in said.err

    (folder / "order_items.csv").write_text(lines + in_pieces.replace(" pcs", ""))
    assert main([str(folder)]) == 1
    assert "versandt: 28 rows, 280.00" in capsys.readouterr().err

    (folder / "shop.yml").write_text("statuses: {versandt: shipped}\n")
    assert main([str(folder)]) == 0
    assert "no two customer ids differ" not in capsys.readouterr().out

    (folder / "orders.csv").write_text(
        (folder / "orders.csv").read_text().replace(",A,2025-01-07,", ",a,2025-01-07,")
    )
    assert main([str(folder)]) == 0
    said = capsys.readouterr()
    assert "A run on these files would warn" in said.out
    assert "no two customer ids differ only in case" in said.out
    assert "nothing needs saying" not in said.out
    assert not said.err
