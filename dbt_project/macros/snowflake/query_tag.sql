{#- Names run and model in Snowflake's query history, in the same form as the Python assets do. The
    run reaches dbt as a variable. -#}
{% macro snowflake__set_query_tag() -%}
    {%- set tag = {
        'asset': model.name,
        'project': 'analytics_assets',
        'run': var('dagster_run', 'dbt by hand'),
    } -%}
    {%- do run_query("alter session set query_tag = '" ~ tojson(tag, sort_keys=True) ~ "'") -%}
{%- endmacro %}

{#- The next model sets its own. -#}
{% macro snowflake__unset_query_tag(original_query_tag) -%}
{%- endmacro %}
