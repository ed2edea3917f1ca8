"""Old tables or new tables, whatever happens in between."""

import duckdb
import pytest

from analytics_assets.intake import LandingError, RowsLostError, land, statements

NEW_ORDERS = "order_id,customer_id,order_date,order_status,total_amount\nN,,2024-01-01,s,1\n"
TABLES = ("orders", "order_items", "customers", "product_catalog", "quarantined_rows")


@pytest.fixture
def landed(shop):
    """A shop with landed tables, one of its rows in quarantine, and other files since."""
    shop.write("customers.csv", "customer_id,state\nC1,a\nC1,b\n")
    shop.land()
    shop.write("orders.csv", NEW_ORDERS)
    shop.write("customers.csv", "customer_id\nC2\n")
    return shop


def contents(shop):
    return {table: shop.rows(f"from raw.{table}") for table in TABLES}


def assert_unchanged(shop, before):
    assert contents(shop) == before
    assert not [name for name in shop.tables() if name.startswith("landing_")]
    shop.land()
    assert shop.values("orders", "order_id") == ["N"]


@pytest.mark.slow
@pytest.mark.parametrize("failing_call", [1, 3])
def test_a_failure_halfway_leaves_all_tables_as_they_were(landed, monkeypatch, failing_call):
    before = contents(landed)
    calls = []
    real = statements.accept

    def fail_once(*given, **options):
        calls.append(given)
        return (
            "select error('power cut')" if len(calls) == failing_call else real(*given, **options)
        )

    with monkeypatch.context() as patch:
        patch.setattr(statements, "accept", fail_once)
        with pytest.raises(duckdb.Error, match="power cut"):
            landed.land()
    assert_unchanged(landed, before)


@pytest.mark.slow
def test_an_interruption_leaves_all_tables_as_they_were(landed, monkeypatch):
    before = contents(landed)

    def interrupt(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(statements, "examples", interrupt)
        with pytest.raises(KeyboardInterrupt):
            landed.land()
    assert_unchanged(landed, before)


def test_a_file_that_breaks_off_halfway_leaves_all_tables_as_they_were(landed):
    before = contents(landed)
    good = "customer_id,state\n" + "".join(f"C{number},x\n" for number in range(30_000))
    landed.write("customers.csv", good + 'C,"open')
    with pytest.raises(LandingError):
        landed.land()
    landed.write("customers.csv", "customer_id\nC2\n")
    assert_unchanged(landed, before)


def test_a_lost_row_is_noticed_and_nothing_lands(landed, monkeypatch):
    before = contents(landed)
    real = statements.accept
    with monkeypatch.context() as patch:
        patch.setattr(
            statements, "accept", lambda *given, **options: real(*given, **options) + " limit 0"
        )
        with pytest.raises(RowsLostError, match=r"orders: 1 rows mapped, but 0 accepted, 0"):
            landed.land()
    assert_unchanged(landed, before)


def test_the_tables_survive_in_the_database_file_and_readers_keep_their_views(shop, tmp_path):
    path = tmp_path / "automated_intelligence.duckdb"
    with duckdb.connect(path) as connection:
        land(connection, shop.folder)
        connection.execute("create view raw.seen as from raw.orders")
        shop.write("orders.csv", NEW_ORDERS)
        land(connection, shop.folder)
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("select order_id from raw.seen").fetchall() == [("N",)]
