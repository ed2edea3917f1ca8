{#- Lower end of the Wilson 95 % interval of a share, successes / trials (Wilson 1927); a DOUBLE,
    NULL where there is no trial. -#}
{% macro wilson_lower_bound(successes, trials) -%}
    {%- set z2 = "3.8414588206941254" -%}
    {%- set n = "cast(nullif(" ~ trials ~ ", 0) as double precision)" -%}
    {%- set p = "(" ~ successes ~ " / " ~ n ~ ")" -%}
    (
        {{ p }} + {{ z2 }} / (2 * {{ n }})
        - 1.959963984540054 * sqrt(({{ p }} * (1 - {{ p }}) + {{ z2 }} / (4 * {{ n }})) / {{ n }})
    ) / (1 + {{ z2 }} / {{ n }})
{%- endmacro %}
