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

{#- A DATE, whatever Snowflake's WEEK_START says. -#}
{% macro monday_of(column) -%}
    {{ return(adapter.dispatch('monday_of')(column)) }}
{%- endmacro %}

{% macro default__monday_of(column) -%}
    cast(date_trunc('week', {{ column }}) as date)
{%- endmacro %}

{% macro snowflake__monday_of(column) -%}
    cast(dateadd('day', 1 - dayofweekiso({{ column }}), {{ column }}) as date)
{%- endmacro %}

{#- A select: one row per day, from the first day of one CTE to the last day of another. -#}
{% macro every_day(first_in, day, last_in, last_day) -%}
    with recursive all_days as (
        select
            min({{ first_in }}.{{ day }}) as {{ day }},
            max({{ last_in }}.{{ last_day }}) as last_day
        from {{ first_in }}
        cross join {{ last_in }}
        having min({{ first_in }}.{{ day }}) is not null
        union all
        select
            cast({{ day }} + interval '1 day' as date) as {{ day }},
            last_day
        from all_days
        where {{ day }} < last_day
    )

    select {{ day }} from all_days
{%- endmacro %}
