{#- dbt-snowflake compares the settings of a dynamic table and never its query: a changed model would
    keep its old query without a word. Here a changed query replaces the table, as --full-refresh
    would. -#}
{% macro dynamic_table_get_build_sql(existing_relation, target_relation) -%}
    {%- if existing_relation is not none and existing_relation.is_dynamic_table
        and not has_query(existing_relation, sql) -%}
        {{ log(existing_relation ~ " has another query: it is replaced", info=True) }}
        {%- do return(get_replace_sql(existing_relation, target_relation, sql)) -%}
    {%- endif -%}
    {%- do return(dbt.dynamic_table_get_build_sql(existing_relation, target_relation)) -%}
{%- endmacro %}

{#- Whether the statement that made a dynamic table holds this query, white space aside. -#}
{% macro has_query(relation, query) -%}
    {%- set shown = run_query("show dynamic tables in schema " ~ relation.without_identifier()) -%}
    {%- for row in shown.rows if row['name'] | upper == relation.identifier | upper -%}
        {%- if query.split() | join(' ') in row['text'].split() | join(' ') -%}
            {%- do return(true) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(false) -%}
{%- endmacro %}
