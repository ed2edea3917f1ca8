{% macro text_literal(value) -%}
    '{{ (value | string).replace("'", "''") }}'
{%- endmacro %}

{#- The values as a comma-separated list, for `in (...)`. -#}
{% macro text_literals(values) -%}
    {%- for value in values %}{{ text_literal(value) }}{{ ", " if not loop.last }}{% endfor -%}
{%- endmacro %}
