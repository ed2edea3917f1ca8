-- Everything that analytics_assets needs of a Snowflake account, with the least privilege for it.
--
-- Run it once, from top to bottom, as somebody who may use the roles useradmin, sysadmin and
-- securityadmin. Running it again changes nothing that is there. Put your public key where the user
-- is made; docs/snowflake.md says how to get one.

-- Who. The service computes and writes; readers read what it wrote.

use role useradmin;

create role if not exists analytics_assets
    comment = 'Reads the schema raw; builds staging, analytics and realtime.';

create role if not exists analytics_reader
    comment = 'Reads staging, analytics and realtime; grant it to your analysts.';

create user if not exists analytics_assets_service
    type = service
    default_role = analytics_assets
    default_warehouse = analytics_assets
    rsa_public_key = 'your public key: one line, without its BEGIN and END'
    comment = 'Runs the assets and checks of analytics_assets.';

grant role analytics_assets to user analytics_assets_service;
grant role analytics_assets to role sysadmin;
grant role analytics_reader to role sysadmin;

-- What computes: it sleeps a minute after the last statement, and no statement runs for hours.

use role sysadmin;

create warehouse if not exists analytics_assets
    warehouse_size = xsmall
    auto_suspend = 60
    auto_resume = true
    initially_suspended = true
    statement_timeout_in_seconds = 3600
    comment = 'Builds the tables of analytics_assets.';

-- Where. dbt and the assets make tables, never a schema.

create database if not exists automated_intelligence;
create schema if not exists automated_intelligence.raw;
create schema if not exists automated_intelligence.staging;
create schema if not exists automated_intelligence.analytics;
create schema if not exists automated_intelligence.realtime;

-- The tables that your loader fills. Change tracking lets the dynamic tables of the live tier
-- refresh by what has changed; only a table's owner may switch it on. A loader that replaces these
-- two tables instead of changing their rows loses it.

create table if not exists automated_intelligence.raw.orders (
    order_id varchar,
    customer_id varchar,
    order_date timestamp_ntz,
    order_status varchar,
    total_amount decimal(12, 2),
    discount_percent decimal(5, 2),
    shipping_cost decimal(8, 2)
) change_tracking = true;

create table if not exists automated_intelligence.raw.order_items (
    order_item_id varchar,
    order_id varchar,
    product_id varchar,
    product_name varchar,
    product_category varchar,
    quantity integer,
    unit_price decimal(10, 2),
    line_total decimal(12, 2)
) change_tracking = true;

create table if not exists automated_intelligence.raw.customers (
    customer_id varchar,
    first_name varchar,
    last_name varchar,
    email varchar,
    phone varchar,
    address varchar,
    city varchar,
    state varchar,
    zip_code varchar,
    registration_date date,
    customer_segment varchar
);

create table if not exists automated_intelligence.raw.product_catalog (
    product_id varchar,
    product_name varchar,
    product_category varchar,
    description varchar,
    features varchar,
    price decimal(10, 2),
    stock_quantity integer,
    unit_cost decimal(10, 2)
);

-- Rows that your loader refused. It stays empty where the loader has no such thing.
create table if not exists automated_intelligence.raw.quarantined_rows (
    table_name varchar,
    file_name varchar,
    row_number bigint,
    column_name varchar,
    value varchar,
    reason varchar,
    row_content varchar
);

-- What the service may do. It owns what it makes, so it needs nothing to replace or drop that.

use role securityadmin;

grant usage on warehouse analytics_assets to role analytics_assets;
grant usage on database automated_intelligence to role analytics_assets;
grant usage on schema automated_intelligence.raw to role analytics_assets;
grant usage on schema automated_intelligence.staging to role analytics_assets;
grant usage on schema automated_intelligence.analytics to role analytics_assets;
grant usage on schema automated_intelligence.realtime to role analytics_assets;

grant select on all tables in schema automated_intelligence.raw to role analytics_assets;
grant select on future tables in schema automated_intelligence.raw to role analytics_assets;

-- Views, and the tables of two seeds.
grant create view, create table on schema automated_intelligence.staging to role analytics_assets;

-- Marts, the views of dbt's incremental models, and the temporary stages through which the rows
-- computed in Python arrive.
grant create table, create view, create stage on schema automated_intelligence.analytics
    to role analytics_assets;

grant create dynamic table on schema automated_intelligence.realtime to role analytics_assets;

-- What readers may do, on what will be made. They bring a warehouse of their own, so that a heavy
-- query of theirs never delays the build.

grant usage on database automated_intelligence to role analytics_reader;
grant usage on schema automated_intelligence.staging to role analytics_reader;
grant usage on schema automated_intelligence.analytics to role analytics_reader;
grant usage on schema automated_intelligence.realtime to role analytics_reader;

grant select on future views in schema automated_intelligence.staging to role analytics_reader;
grant select on future tables in schema automated_intelligence.staging to role analytics_reader;
grant select on future tables in schema automated_intelligence.analytics to role analytics_reader;
grant select, monitor on future dynamic tables in schema automated_intelligence.realtime
    to role analytics_reader;
