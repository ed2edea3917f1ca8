"""What dbt-snowflake sends is understood."""

from emulator.client import Client


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
