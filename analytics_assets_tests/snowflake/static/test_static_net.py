"""The net refuses what Snowflake would refuse, and what would mean something else there."""

import pytest
from snowflake_tables import Tables

TABLES = {
    "raw.orders": {
        "order_id": "varchar",
        "customer_id": "varchar",
        "order_date": "timestamp",
        "quantity": "integer",
        "amount": "decimal(12,2)",
    }
}


@pytest.fixture
def tables() -> Tables:
    return Tables(TABLES)


REFUSED = {
    # what does not exist
    "an unknown column": ("select colour from raw.orders", "COLOUR"),
    "a column of another table": ("select o.order_id, p.amount from raw.orders as o", "'AMOUNT'"),
    "an unknown table": ("select count(*) as n from raw.returns", "does not exist"),
    "a name in quotes and lower case": ('select "order_id" from raw.orders', "unquoted names"),
    "a reserved word as a name": ("select order_id as rows from raw.orders", "reserved"),
    "an unknown function": ("select list_sum(amount) as x from raw.orders", "list_sum"),
    # DuckDB's own ways
    "FROM first": ("from raw.orders select order_id", "FROM before SELECT"),
    "FROM first after a UNION": (
        "select 'a' as order_id union all from raw.orders select order_id",
        "FROM before SELECT",
    ),
    "FILTER": ("select count(*) filter (where amount > 1) as n from raw.orders", "FILTER"),
    "DISTINCT ON": ("select distinct on (customer_id) order_id from raw.orders", "DISTINCT ON"),
    "//": ("select quantity // 2 as half from raw.orders", "`//`"),
    "ANY_VALUE of no NULL": (
        "select any_value(amount) ignore nulls as x from raw.orders",
        "ANY_VALUE",
    ),
    "a position in text": ("select order_id[1] as x from raw.orders", "Bracket"),
    "a list": ("select [1, 2] as x", "Array"),
    # what means something else
    "TRY_CAST of a number": ("select try_cast(amount as integer) as x from raw.orders", "TRY_CAST"),
    "a descending order of unknown NULLs": (
        "select order_id from raw.orders order by amount desc",
        "nulls last",
    ),
    "a division by what may be zero": (
        "select cast(amount as double) / quantity as price from raw.orders",
        "nullif",
    ),
    "a division by a count of no group": (
        "select cast(sum(amount) as double) / count(*) as mean from raw.orders",
        "nullif",
    ),
    "a division of exact numbers": (
        "select amount / nullif(quantity, 0) as price from raw.orders",
        "cast one to double",
    ),
    "a column without a type": ("select null as nothing from raw.orders", "NOTHING is not known"),
    "a correlated subquery": (
        "select (select max(p.amount) from raw.orders as p where p.customer_id < o.customer_id) "
        "as x from raw.orders as o",
        "correlated",
    ),
    # what is not one statement
    "two statements": ("select 1 as one; select 2 as two", "one statement"),
    "a broken statement": ("select order_id frm raw.orders", "one statement"),
    "a command": ("summarize raw.orders", "one statement"),
}


@pytest.mark.parametrize(("sql", "fault"), REFUSED.values(), ids=REFUSED)
def test_the_net_refuses(sql: str, fault: str, tables: Tables):
    faults = tables.faults(sql)

    assert any(fault in found for found in faults), faults


def test_a_table_is_known_from_the_statement_that_makes_it(tables: Tables):
    read = "select total + 1 as more from sums"
    assert tables.faults(read)

    tables.faults(
        "create or replace temporary table sums as select sum(amount) as total from raw.orders"
    )

    assert tables.faults(read) == []
    assert tables.faults("select amount from sums") != []
