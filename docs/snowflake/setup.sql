-- Everything that analytics_assets needs of a Snowflake account, with the least privilege for it.
--
-- Run it once, from top to bottom, as somebody who may use the roles useradmin, sysadmin and
-- securityadmin. Running it again changes nothing that is there. Put your public key where the user
-- is made; docs/snowflake.md says how to get one. For other names change these lines.

set database_name = 'AUTOMATED_INTELLIGENCE';
set warehouse_name = 'ANALYTICS_ASSETS';
set service_role = 'ANALYTICS_ASSETS';
set reader_role = 'ANALYTICS_READER';
set personal_data_role = 'ANALYTICS_PERSONAL_DATA';
set service_user = 'ANALYTICS_ASSETS_SERVICE';

-- Who. The service computes and writes; readers read what it wrote.

use role useradmin;

create role if not exists identifier($service_role)
    comment = 'Reads the schema loaded; builds raw, staging, analytics and realtime.';

create role if not exists identifier($reader_role)
    comment = 'Reads analytics and realtime; grant it to your analysts.';

create role if not exists identifier($personal_data_role)
    comment = 'Reads staging too, where e-mail, phone and address are; grant it to few.';

create user if not exists identifier($service_user)
    type = service
    rsa_public_key = 'your public key: one line, without its BEGIN and END'
    comment = 'Runs the assets and checks of analytics_assets.';

-- They hold for every session of the service, of Python and of dbt alike. A statement that runs for
-- an hour is ended, and so is one whose client has been gone for five minutes.
alter user identifier($service_user) set
    timezone = 'UTC',
    timestamp_type_mapping = 'TIMESTAMP_NTZ',
    date_input_format = 'AUTO',
    date_output_format = 'YYYY-MM-DD',
    week_start = 1,
    abort_detached_query = true,
    statement_timeout_in_seconds = 3600;

grant role identifier($service_role) to user identifier($service_user);
grant role identifier($service_role) to role sysadmin;
grant role identifier($reader_role) to role identifier($personal_data_role);
grant role identifier($personal_data_role) to role sysadmin;

-- What computes: it sleeps a minute after the last statement, and nothing waits in its queue for
-- ever.

use role sysadmin;

create warehouse if not exists identifier($warehouse_name)
    warehouse_size = xsmall
    auto_suspend = 60
    auto_resume = true
    initially_suspended = true
    statement_timeout_in_seconds = 3600
    statement_queued_timeout_in_seconds = 1800
    comment = 'Builds the tables of analytics_assets.';

-- Where. dbt and the assets make tables, never a schema.

create database if not exists identifier($database_name);
use database identifier($database_name);
create schema if not exists loaded;
create schema if not exists raw;
create schema if not exists staging;
create schema if not exists analytics;
create schema if not exists realtime;

-- The tables that your loader fills. Each run begins with clones of them in the schema raw, which a
-- loader that works meanwhile does not change. Where your orders lie elsewhere already, leave these
-- tables out and say where by SNOWFLAKE_SOURCE_DATABASE and SNOWFLAKE_SOURCE_SCHEMA.

create table if not exists loaded.orders (
    order_id varchar,
    customer_id varchar,
    customer_email varchar,
    order_date timestamp_ntz,
    order_status varchar,
    total_amount decimal(18, 2),
    discount_percent decimal(5, 2),
    discount_amount decimal(18, 2),
    shipping_cost decimal(18, 2),
    currency varchar,
    updated_at timestamp_ntz,
    is_test boolean
);

create table if not exists loaded.order_items (
    order_item_id varchar,
    order_id varchar,
    product_id varchar,
    product_name varchar,
    product_category varchar,
    quantity decimal(14, 3),
    unit_price decimal(18, 2),
    line_total decimal(18, 2),
    parent_item_id varchar
);

create table if not exists loaded.customers (
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
    customer_segment varchar,
    accepts_marketing boolean
);

create table if not exists loaded.product_catalog (
    product_id varchar,
    product_name varchar,
    product_category varchar,
    description varchar,
    features varchar,
    price decimal(18, 2),
    stock_quantity integer,
    unit_cost decimal(18, 2)
);

create table if not exists loaded.returns (
    return_id varchar,
    order_id varchar,
    order_item_id varchar,
    product_id varchar,
    quantity decimal(14, 3),
    amount decimal(18, 2),
    returned_at timestamp_ntz,
    reason varchar
);

-- What one unit of another currency is worth in the shop's. It stays empty where there is none.
create table if not exists loaded.exchange_rates (
    day date,
    currency varchar,
    rate decimal(18, 10)
);

-- Rows that your loader refused. It stays empty where the loader has no such thing.
create table if not exists loaded.quarantined_rows (
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

grant usage on warehouse identifier($warehouse_name) to role identifier($service_role);
grant usage on database identifier($database_name) to role identifier($service_role);
grant usage on schema loaded to role identifier($service_role);
grant usage on schema raw to role identifier($service_role);
grant usage on schema staging to role identifier($service_role);
grant usage on schema analytics to role identifier($service_role);
grant usage on schema realtime to role identifier($service_role);

grant select on all tables in schema loaded to role identifier($service_role);
grant select on future tables in schema loaded to role identifier($service_role);
grant select on all views in schema loaded to role identifier($service_role);
grant select on future views in schema loaded to role identifier($service_role);

grant create table on schema raw to role identifier($service_role);
grant create table, create view on schema staging to role identifier($service_role);

-- Marts, the views of dbt's incremental models, and the temporary stages through which the rows
-- computed in Python arrive.
grant create table, create view, create stage on schema analytics
    to role identifier($service_role);

grant create table on schema realtime to role identifier($service_role);

-- What readers may do, on what will be made. They bring a warehouse of their own, so that a heavy
-- query of theirs never delays the build. E-mail, phone and address are in raw and staging only.

grant usage on database identifier($database_name) to role identifier($reader_role);
grant usage on schema analytics to role identifier($reader_role);
grant usage on schema realtime to role identifier($reader_role);

grant select on future tables in schema analytics to role identifier($reader_role);
grant select on future tables in schema realtime to role identifier($reader_role);

grant usage on schema staging to role identifier($personal_data_role);
grant select on future tables in schema staging to role identifier($personal_data_role);

-- What it may cost. Only accountadmin makes such a monitor; leave it out where you have none.

use role accountadmin;

create resource monitor if not exists analytics_assets with
    credit_quota = 40
    frequency = monthly
    start_timestamp = immediately
    triggers
        on 75 percent do notify
        on 100 percent do suspend;

alter warehouse identifier($warehouse_name) set resource_monitor = analytics_assets;
