"""`make shop`: a stranger's files to a shop.yml that reads them, with nothing loaded."""

from pathlib import Path

import duckdb
import pytest

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
