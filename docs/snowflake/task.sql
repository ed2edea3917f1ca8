-- The live tier refreshed once a night by Snowflake itself, instead of every minute.
--
-- It covers the three dynamic tables of the schema realtime and nothing else: no mart, no check, no
-- alert, since those are made by dbt and Python, which no task runs. For the whole graph use
-- Dagster's own schedule or the Airflow DAG beside this file.

use role accountadmin;

grant execute task on account to role analytics_assets;
grant create task on schema automated_intelligence.realtime to role analytics_assets;

use role analytics_assets;

-- A refresh takes what stands upstream with it: enriched_orders and fact_orders.
create or replace task automated_intelligence.realtime.refresh_live_tier
    warehouse = analytics_assets
    schedule = 'USING CRON 0 2 * * * America/Los_Angeles'
    user_task_timeout_ms = 3600000
    suspend_task_after_num_failures = 3
as
    alter dynamic table automated_intelligence.realtime.daily_business_metrics refresh;

-- A new task is suspended.
alter task automated_intelligence.realtime.refresh_live_tier resume;

-- Without this the dynamic tables keep to their lag of a minute beside the task. Those downstream of
-- it are suspended with it; dbt leaves them so until it makes them anew.
alter dynamic table automated_intelligence.realtime.enriched_orders suspend;
