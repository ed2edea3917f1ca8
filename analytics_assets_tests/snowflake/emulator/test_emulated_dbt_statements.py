"""What dbt-snowflake sends is understood."""

import pytest
from snowflake.connector.errors import ProgrammingError

from emulator.client import Client


def test_a_dynamic_table_follows_its_query_when_it_is_refreshed(client: Client):
    client.rows("create table orders as select 1 as n")
    client.rows(
        "/* dbt */ create or replace transient dynamic table live target_lag = '5 minutes' "
        "warehouse = COMPUTE_WH refresh_mode = AUTO as ( select count(*) as orders from orders )"
    )
    client.rows("insert into orders values (2)")

    assert client.rows("select orders from live") == [(1,)]
    client.rows("alter dynamic table live refresh")
    assert client.rows("select orders from live") == [(2,)]


def test_dynamic_tables_are_listed_altered_and_dropped(client: Client):
    schema = f"{client.connection.database}.ANALYTICS"
    client.rows(
        f"create dynamic table {schema}.live warehouse = W target_lag = '1 hour' as (select 1 as n)"
    )
    client.rows("create table ordinary as select 1 as n")
    client.rows("alter dynamic table live set target_lag = '2 hours'")

    [shown] = client.named(f"show dynamic tables like 'LIVE' in schema {schema}")
    listed = client.named(f"show objects in {schema} limit 10000")
    client.rows("drop dynamic table if exists live")

    assert (shown["name"], shown["target_lag"], shown["warehouse"]) == ("LIVE", "2 hours", "W")
    assert shown["text"] == "select 1 as n"
    assert {row["name"]: row["is_dynamic"] for row in listed} == {"LIVE": "Y", "ORDINARY": "N"}
    assert client.named(f"show dynamic tables in schema {schema}") == []
    with pytest.raises(ProgrammingError, match="does not exist"):
        client.rows("select * from live")


def test_a_dynamic_table_needs_a_warehouse(client: Client):
    with pytest.raises(ProgrammingError, match="WAREHOUSE"):
        client.rows("create dynamic table live target_lag = '1 hour' as (select 1 as n)")


def test_objects_are_found_by_the_start_of_their_name(client: Client):
    schema = f"{client.connection.database}.ANALYTICS"
    client.rows("create table orders as select 1 as n")
    client.rows("create view customers as select 1 as n")

    [found] = client.named(f"show objects in {schema} starts with 'CUST' limit 1")

    assert (found["name"], found["kind"]) == ("CUSTOMERS", "VIEW")
    assert [row["name"] for row in client.named(f"show tables in schema {schema}")] == ["ORDERS"]


def test_the_context_of_the_session_is_known(client: Client):
    assert client.rows("select current_role(), current_warehouse(), current_schema()") == [
        ("TRANSFORMER", "COMPUTE_WH", "ANALYTICS")
    ]
    client.rows("use role TRANSFORMER")
    client.rows("use warehouse COMPUTE_WH")
    client.rows("grant usage on schema analytics to role READER")
