{#- 1 to 5 by rank, equal values in the same quintile: NTILE would split them. -#}
{% macro quintile(column) -%}
    cast(
        1 + floor(5 * cast(rank() over (order by {{ column }}) - 1 as double precision) / count(*) over ())
        as integer
    )
{%- endmacro %}
