{#- The ends of the Wilson 95 % interval of a share, successes / trials (Wilson 1927); DOUBLEs, NULL
    where there is no trial. -#}
{% macro wilson_lower_bound(successes, trials) -%}
    {{ _wilson_bound(successes, trials, "-") }}
{%- endmacro %}

{% macro wilson_upper_bound(successes, trials) -%}
    {{ _wilson_bound(successes, trials, "+") }}
{%- endmacro %}

{% macro _wilson_bound(successes, trials, sign) -%}
    {%- set z2 = "3.8414588206941254" -%}
    {%- set n = "cast(nullif(" ~ trials ~ ", 0) as double precision)" -%}
    {%- set p = "(" ~ successes ~ " / " ~ n ~ ")" -%}
    (
        {{ p }} + {{ z2 }} / (2 * {{ n }})
        {{ sign }} 1.959963984540054 * sqrt(({{ p }} * (1 - {{ p }}) + {{ z2 }} / (4 * {{ n }})) / {{ n }})
    ) / (1 + {{ z2 }} / {{ n }})
{%- endmacro %}
