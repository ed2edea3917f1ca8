{#- Says what to type where dbt is run before anything was landed. -#}
{% macro require_raw_tables() %}
    {%- if execute and flags.WHICH in ['run', 'build', 'test', 'seed'] -%}
        {%- for table in ['customers', 'orders', 'order_items', 'product_catalog'] -%}
            {%- set relation = adapter.get_relation(target.database, 'raw', table) -%}
            {%- if relation is none -%}
                {{ exceptions.raise_compiler_error(
                    "The table raw." ~ table ~ " does not exist yet, so there is nothing to build from. "
                    ~ "Type `make demo` in the project's folder first, or "
                    ~ "`dagster asset materialize --select 'group:raw'`."
                ) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
