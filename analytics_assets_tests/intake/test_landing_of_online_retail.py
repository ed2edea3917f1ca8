"""A real shop of a million lines lands with nothing lost, compared with the files themselves."""

from pathlib import Path

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from analytics_assets.intake import land

FOLDER = Path(__file__).resolve().parents[2].parent / "shared/data/online_retail_ii"

pytestmark = [
    pytest.mark.xdist_group("landing_of_online_retail"),
    pytest.mark.slow,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"the data of Online Retail II are not there: {FOLDER}"
    ),
]


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    """The landed database and its report."""
    path = tmp_path_factory.mktemp("retail") / "automated_intelligence.duckdb"
    with duckdb.connect(path) as connection:
        yield connection, land(connection, FOLDER)


@pytest.mark.parametrize("table", ["orders", "order_items", "customers", "product_catalog"])
def test_every_row_is_accepted_or_quarantined(retail, table):
    _, report = retail
    landed = report.tables[table]
    assert landed.rows_read == pq.read_metadata(FOLDER / f"{table}.parquet").num_rows
    assert landed.rows_read == landed.rows_accepted + landed.rows_quarantined
    assert landed.rows_quarantined == (1 if table == "product_catalog" else 0)


def test_the_one_quarantined_row_is_a_stock_code_with_a_trailing_blank(retail):
    connection, _ = retail
    codes = pq.read_table(FOLDER / "product_catalog.parquet")["product_id"]
    trimmed = pc.utf8_trim_whitespace(codes)
    [twice] = [row for row in trimmed.value_counts().to_pylist() if row["counts"] > 1]
    [(value, reason)] = connection.execute(
        "select value, reason from raw.quarantined_rows"
    ).fetchall()
    assert value.strip() == twice["values"]
    assert reason.startswith("product_id is a duplicate key")


@pytest.mark.parametrize("table", ["orders", "order_items", "customers"])
def test_no_value_has_changed_but_for_blanks_around_ids(retail, table):
    connection, _ = retail
    file = pq.read_table(FOLDER / f"{table}.parquet")
    landed = connection.sql(f"from raw.{table}").to_arrow_table()
    for name in [name for name in file.column_names if name.endswith("_id")]:
        place = file.column_names.index(name)
        file = file.set_column(place, name, pc.utf8_trim_whitespace(file[name]))
    key = f"{table.removesuffix('s')}_id"
    landed = landed.select(file.column_names)
    assert landed.sort_by(key).equals(file.cast(landed.schema).sort_by(key))


def test_the_sums_are_those_of_the_file(retail):
    connection, report = retail
    orders = pq.read_table(FOLDER / "orders.parquet")
    items = pq.read_table(FOLDER / "order_items.parquet")
    [(amount,)] = connection.execute("select sum(total_amount) from raw.orders").fetchall()
    [(pieces,)] = connection.execute("select sum(quantity) from raw.order_items").fetchall()
    assert amount == pc.sum(orders["total_amount"]).as_py()
    assert pieces == pc.sum(items["quantity"]).as_py()
    assert report.newest_order == pc.max(orders["order_date"]).as_py()


def test_the_same_shop_as_compressed_csv_lands_the_same(retail, tmp_path):
    connection, report = retail
    for source in FOLDER.glob("*.parquet"):
        target = tmp_path / f"{source.stem}.csv.gz"
        connection.execute(f"copy (from '{source}') to '{target}' (header)")
    with duckdb.connect(tmp_path / "other.duckdb") as other:
        again = land(other, tmp_path)
        for table, landed in report.tables.items():
            assert again.tables[table].rows_read == landed.rows_read
            assert again.tables[table].rows_accepted == landed.rows_accepted
            order = f"from raw.{table} order by all"
            assert other.sql(order).to_arrow_table().equals(connection.sql(order).to_arrow_table())
