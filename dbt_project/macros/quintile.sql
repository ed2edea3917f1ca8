{#- 1 to 5 by rank within a group, equal values in the same quintile: NTILE would split them. -#}
{% macro quintile(column, group) -%}
    cast(
        1 + floor(
            5 * cast(rank() over (partition by {{ group }} order by {{ column }}) - 1 as double precision)
            / count(*) over (partition by {{ group }})
        )
        as integer
    )
{%- endmacro %}
