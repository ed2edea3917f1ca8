{#- Calendar arithmetic that both engines write alike, cast to one type on both. -#}

{% macro days_between(first_day, last_day) -%}
    cast(datediff('day', {{ first_day }}, {{ last_day }}) as integer)
{%- endmacro %}

{#- A DATE: truncating a DATE gives a TIMESTAMP on DuckDB. -#}
{% macro first_of_month(column) -%}
    cast(date_trunc('month', {{ column }}) as date)
{%- endmacro %}

{#- The same day of the calendar month before, or that month's last day where it has no such day. -#}
{% macro month_before(day) -%}
    cast({{ day }} - interval '1 month' as date)
{%- endmacro %}

{#- 1 = Monday to 7 = Sunday. -#}
{% macro iso_day_of_week(column) -%}
    {{ return(adapter.dispatch('iso_day_of_week')(column)) }}
{%- endmacro %}

{% macro default__iso_day_of_week(column) -%}
    cast(extract(isodow from {{ column }}) as integer)
{%- endmacro %}

{% macro snowflake__iso_day_of_week(column) -%}
    cast(dayofweekiso({{ column }}) as integer)
{%- endmacro %}
