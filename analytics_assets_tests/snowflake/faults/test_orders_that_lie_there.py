"""Orders that a connector put into Snowflake become raw rows; what is expected is made by hand."""

import dataclasses
from decimal import Decimal

import pandas as pd
import pytest
from emulator.process import Emulator

from analytics_assets.defs.raw.external import freeze
from analytics_assets.defs.raw.state import raw_orders_state
from analytics_assets.intake.in_place import SourceTablesError
from analytics_assets.lib.warehouse.interface import WarehouseError
from analytics_assets.lib.warehouse.snowflake import SnowflakeSession, SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import SnowflakeAccount, read_account

LOS_ANGELES = "America/Los_Angeles"

FIVETRAN_REST = """
create table "ORDER" (
    id number(38,0), customer_id number(38,0), email varchar, created_at timestamp_tz,
    updated_at timestamp_tz, cancelled_at timestamp_tz, financial_status varchar, currency varchar,
    total_line_items_price float, total_discounts float, test boolean, _fivetran_deleted boolean,
    note varchar
);
insert into "ORDER" values
(1, 7, 'a@b.c', '2024-03-01T07:30:00Z', '2024-03-02T00:00:00Z', null, 'PAID', 'USD', 30.5, 0.5,
    false,
    false, 'x'),
(2, null, null, '2024-07-01T07:30:00Z', null, '2024-07-02T00:00:00Z', 'paid', 'USD', 10, 0, true,
    false, null),
(3, 7, null, '2024-03-01T09:00:00Z', null, null, 'paid', 'USD', 99, 0, false, true, null);
create table order_line (
    id number(38,0), order_id number(38,0), product_id number(38,0), variant_id number(38,0),
    sku varchar, title varchar, vendor varchar, quantity number(38,0), price float,
    _fivetran_synced timestamp_tz, _fivetran_deleted boolean
);
insert into order_line values
(11, 1, 100, 1000, 's', 'Mug', 'Acme', 2, 10.25, '2024-03-02T00:00:00Z', false),
(12, 1, null, null, ' ', 'Gift', null, 1, 10, '2024-03-02T00:00:00Z', null),
(13, 1, 100, 1000, 's', 'Mug', 'Acme', 5, 10.25, '2024-03-02T00:00:00Z', true);
create table refund (
    id number(38,0), order_id number(38,0), created_at timestamp_tz, restock boolean, note varchar
);
insert into refund values (5, 1, '2024-03-09T12:00:00Z', true, 'broken');
create table order_line_refund (
    id number(38,0), refund_id number(38,0), order_line_id number(38,0), quantity number(38,0),
    subtotal float
);
insert into order_line_refund values (51, 5, 11, 1, 10.25)
"""
# The tables of Fivetran's newer connector: other names, amounts per set, ids of their own kind.
FIVETRAN_GRAPHQL = """
create table "ORDER" (
    id varchar, customer_id varchar, email varchar, created_at timestamp_tz,
    updated_at timestamp_tz,
    cancelled_at timestamp_tz, display_financial_status varchar, currency_code varchar,
    subtotal_price_set_shop_amount float, total_discounts_set_shop_amount float, is_test boolean,
    _fivetran_deleted boolean
);
insert into "ORDER" values
('gid://shopify/Order/1', 'gid://shopify/Customer/7', 'a@b.c', '2024-03-01T07:30:00Z',
    '2024-03-02T00:00:00Z', null, 'PAID', 'USD', 30, 0.5, false, false),
('gid://shopify/Order/2', null, null, '2024-07-01T07:30:00Z', null, '2024-07-02T00:00:00Z', 'PAID',
    'USD', 10, 0, true, null);
create table order_line (
    id varchar, order_id varchar, product_id varchar, name varchar, vendor varchar,
    quantity number(38,0), original_total_set_shop_amount float, _fivetran_synced timestamp_tz
);
insert into order_line values
('gid://shopify/LineItem/11', 'gid://shopify/Order/1', 'gid://shopify/Product/100', 'Mug', 'Acme',
    2,
    20.5, '2024-03-02T00:00:00Z'),
('gid://shopify/LineItem/12', 'gid://shopify/Order/1', null, 'Gift', null, 1, 10,
    '2024-03-02T00:00:00Z');
create table refund (
    id varchar, order_id varchar, created_at timestamp_tz, return_id varchar, note varchar
);
insert into refund values
('gid://shopify/Refund/5', 'gid://shopify/Order/1', '2024-03-09T12:00:00Z', null, 'broken');
create table order_line_refund (
    id varchar, refund_id varchar, line_item_id varchar, quantity number(38,0),
    subtotal_set_shop_amount float
);
insert into order_line_refund values
('gid://shopify/RefundLineItem/51', 'gid://shopify/Refund/5', 'gid://shopify/LineItem/11', 1, 10.25)
"""
AIRBYTE = """
create table orders (
    id number(38,0), customer variant, email varchar, created_at timestamp_tz,
    updated_at timestamp_tz, cancelled_at timestamp_tz, deleted_at timestamp_tz,
    financial_status varchar, currency varchar, total_line_items_price varchar,
    total_discounts varchar, test boolean, line_items variant, _airbyte_extracted_at timestamp_tz
);
insert into orders select 1, parse_json('{"id": 7}'), 'a@b.c', '2024-03-01T07:30:00Z',
    '2024-03-02T00:00:00Z', null, null, 'PAID', 'USD', '30.50', '0.50', false,
    parse_json('[{"id": 11, "product_id": 100, "title": "Mug", "vendor": "Acme", "quantity": 2,
    "price": "10.25"},
    {"id": 12, "product_id": null, "title": "Gift", "quantity": 1, "price": "10"}]'),
    '2024-03-02T00:00:00Z';
insert into orders select 2, null, null, '2024-07-01T07:30:00Z', null, '2024-07-02T00:00:00Z', null,
    'paid', 'USD', '10', '0', true, parse_json('[]'), '2024-07-02T00:00:00Z';
insert into orders select 3, null, null, '2024-07-01T07:30:00Z', null, null, '2024-07-02T00:00:00Z',
    'paid', 'USD', '99', '0', false, parse_json('[]'), '2024-07-02T00:00:00Z';
create table order_refunds (
    id number(38,0), order_id number(38,0), created_at timestamp_tz, note varchar,
    refund_line_items variant
);
insert into order_refunds select 5, 1, '2024-03-09T12:00:00Z', 'broken',
    parse_json('[{"id": 51, "line_item_id": 11, "quantity": 1, "subtotal": 10.25,
    "line_item": {"product_id": 100}}]')
"""
SHAPES = {
    "fivetran_rest": ("fivetran_shopify", FIVETRAN_REST),
    "fivetran_graphql": ("fivetran_shopify", FIVETRAN_GRAPHQL),
    "airbyte": ("airbyte_shopify", AIRBYTE),
}

ORDERS = {
    "order_id": ["1", "2"],
    "customer_id": ["7", None],
    "customer_email": ["a@b.c", None],
    # Local time: eight hours behind Greenwich on the first of March, seven in July.
    "order_date": [pd.Timestamp("2024-02-29 23:30"), pd.Timestamp("2024-07-01 00:30")],
    "order_status": ["paid", "cancelled"],
    "total_amount": [Decimal("30.50"), Decimal("10.00")],
    "discount_amount": [Decimal("0.50"), Decimal("0.00")],
    "currency": ["USD", "USD"],
    "is_test": [False, True],
}
LINES = {
    "order_item_id": ["11", "12"],
    "order_id": ["1", "1"],
    "product_id": ["100", "Gift"],
    "product_name": ["Mug", "Gift"],
    "product_category": ["Acme", None],
    "quantity": [Decimal("2"), Decimal("1")],
    "unit_price": [Decimal("10.25"), Decimal("10")],
    "line_total": [Decimal("20.50"), Decimal("10")],
}
RETURNS = {
    "return_id": ["51"],
    "order_id": ["1"],
    "order_item_id": ["11"],
    "product_id": ["100"],
    "quantity": [Decimal("1")],
    "amount": [Decimal("10.25")],
    "returned_at": [pd.Timestamp("2024-03-09 04:00")],
    "reason": ["broken"],
}


def account_of(emulator: Emulator, shape: str, form: str) -> SnowflakeAccount:
    environment = emulator.environment("LIES_THERE") | {
        "SNOWFLAKE_SOURCE_SCHEMA": shape.upper(),
        "SNOWFLAKE_SOURCE_FORMAT": form,
    }
    return read_account(environment)


def rows(session: SnowflakeSession, table: str, expected: dict[str, list[object]]) -> dict:
    frame = session.read(f"select {', '.join(expected)} from raw.{table} order by 1")
    return {name: [None if pd.isna(value) else value for value in frame[name]] for name in expected}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_connectors_orders_become_raw_orders(snowflake_emulator: Emulator, shape: str):
    form, statements = SHAPES[shape]
    account = account_of(snowflake_emulator, shape, form)
    with SnowflakeWarehouse(account).session() as session:
        session.execute(f"create schema {shape}")
        session.execute(f"use schema {shape}")
        for statement in statements.split(";"):
            session.execute(statement)

        freeze(session, LOS_ANGELES)

        assert rows(session, "orders", ORDERS) == ORDERS
        assert rows(session, "order_items", LINES) == LINES
        assert rows(session, "returns", RETURNS) == RETURNS
        assert session.read("select count(*) as n from raw.customers")["n"].tolist() == [0]
        state = raw_orders_state(session)
        table = '"ORDER"' if form == "fivetran_shopify" else "orders"
        session.execute(f"update {table} set email = 'other'")
        assert state is not None
        assert raw_orders_state(session) != state


def test_what_is_not_there_is_said(snowflake_emulator: Emulator):
    account = account_of(snowflake_emulator, "nothing", "fivetran_shopify")
    with SnowflakeWarehouse(account).session() as session:
        with pytest.raises(SourceTablesError, match=r"table order_line.*SOURCE_SCHEMA"):
            freeze(session, LOS_ANGELES)
        own = dataclasses.replace(session, source_format=None)
        with pytest.raises(WarehouseError, match="does not exist"):
            freeze(own, LOS_ANGELES)
