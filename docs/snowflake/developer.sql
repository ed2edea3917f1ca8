-- A database of one's own for a developer: today's orders by clone, which costs nothing until they
-- are changed, and empty schemas for everything that is built from them.
--
-- Run it as somebody who may use sysadmin and securityadmin; again for fresh orders. Then, as the
-- developer, set SNOWFLAKE_DATABASE to the first name and SNOWFLAKE_ROLE to the second.

set developer_database = 'AUTOMATED_INTELLIGENCE_ANN';
set developer_role = 'ANALYTICS_DEVELOPER';
set warehouse_name = 'ANALYTICS_ASSETS';

use role useradmin;

create role if not exists identifier($developer_role)
    comment = 'Builds analytics_assets in a database of a developer.';

use role sysadmin;

create database if not exists identifier($developer_database);
use database identifier($developer_database);
create or replace schema loaded clone automated_intelligence.loaded;
create schema if not exists raw;
create schema if not exists staging;
create schema if not exists analytics;
create schema if not exists realtime;

use role securityadmin;

grant usage on warehouse identifier($warehouse_name) to role identifier($developer_role);
grant usage on database identifier($developer_database) to role identifier($developer_role);
grant usage on all schemas in database identifier($developer_database)
    to role identifier($developer_role);
grant select on all tables in schema loaded to role identifier($developer_role);
grant create table, create view, create stage
    on all schemas in database identifier($developer_database)
    to role identifier($developer_role);
