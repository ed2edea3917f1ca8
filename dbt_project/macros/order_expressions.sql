{#- Exact in DECIMAL: dividing by 100 would make a DOUBLE on DuckDB, whose half cents round anyhow. -#}
{% macro net_amount() -%}
    cast(round(total_amount * (100 - coalesce(discount_percent, 0)) * 0.01, 2) as decimal(18, 2))
{%- endmacro %}

{#- A revenue order: the status counts and there is money in it. -#}
{% macro is_revenue_order() -%}
    (is_revenue and net_amount > 0)
{%- endmacro %}
