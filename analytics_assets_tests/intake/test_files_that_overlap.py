"""What was exported twice counts once; figures by hand."""

from decimal import Decimal

HEADER = "order_id,order_date,customer_id,product_id,quantity,unit_price\n"
# A: 2 * 3.00 + 1.50; B: 4.00 twice, in one order; C: 5.00.
A = "A,2025-01-13,K1,cup,2,3.00\nA,2025-01-13,K1,saucer,1,1.50\n"
B = "B,2025-01-14,K2,pot,1,4.00\nB,2025-01-14,K2,pot,1,4.00\n"
C = "C,2025-01-15,K1,jug,1,5.00\n"
RIGHT = [("A", Decimal("7.50"), 2), ("B", Decimal("8.00"), 2), ("C", Decimal("5.00"), 1)]


def landed(shop, **files: str) -> list[tuple]:
    for old in ("orders.csv", "order_items.csv"):
        (shop.folder / old).unlink(missing_ok=True)
    for name, rows in files.items():
        place = shop.folder / f"{name.replace('__', '/')}.csv"
        place.parent.mkdir(exist_ok=True)
        place.write_text(HEADER + rows)
    shop.report = shop.land()
    return shop.rows(
        "select order_id, total_amount, count(*) from raw.orders "
        "join raw.order_items using (order_id) group by all order by 1"
    )


def test_a_file_that_is_there_twice_counts_once(shop):
    assert landed(shop, sales_1=A + B + C, sales_2=A + B + C) == RIGHT
    [said] = [one for one in shop.report.tables["order_items"].notices if "left out" in one]
    assert "5 of 10 rows (50 %)" in said


def test_exports_that_overlap_within_an_order_count_each_line_once(shop):
    # The first ends within order B, the second begins within order A.
    second = A.splitlines(keepends=True)[1] + B + C
    assert landed(shop, sales_1=A + B.splitlines(keepends=True)[0], sales_2=second) == RIGHT


def test_a_file_cut_by_its_size_keeps_the_order_at_the_cut(shop):
    first, second = A.splitlines(keepends=True)
    assert landed(shop, sales_1=B + first, sales_2=second + C) == RIGHT
    [said] = [one for one in shop.report.tables["order_items"].notices if "go on" in one]
    assert "'A' in sales_1.csv and sales_2.csv: 1" in said


def test_parts_in_a_folder_are_one_file(shop):
    first, second = B.splitlines(keepends=True)
    assert landed(shop, sales__1=A + first, sales__2=second + C) == RIGHT
    # So they are beside another file, with more than one order cut.
    a, b = A.splitlines(keepends=True)
    assert landed(shop, sales__1=a + first, sales__2=b + second, more=C) == RIGHT


def test_orders_that_changed_between_two_exports_are_refused_with_their_number(shop):
    changed = (A + B).replace("2025-01-1", "2025-02-1")
    for old in ("orders.csv", "order_items.csv"):
        (shop.folder / old).unlink()
    shop.write("sales_1.csv", HEADER + A + B + C)
    shop.write("sales_2.csv", HEADER + changed)
    fault = shop.fault()
    for words in ("2 orders", "'A'", "sales_1.csv", "sales_2.csv", "newest export"):
        assert words in fault


def test_the_lock_file_of_an_open_spreadsheet_is_no_file_of_the_shop(shop):
    shop.write("~$orders.xlsx", b"lock")
    assert shop.land().tables["orders"].rows_accepted == 2
