{#-
  The discount in money where it is given, else in percent. Exact in DECIMAL: dividing by 100 would
  make a DOUBLE on DuckDB, whose half cents round anyhow.
-#}
{% macro net_amount() -%}
    cast(
        coalesce(
            total_amount - discount_amount,
            round(total_amount * (100 - coalesce(discount_percent, 0)) * 0.01, 2)
        )
        as decimal(18, 2)
    )
{%- endmacro %}

{#- A revenue order: the status counts and there is money in it. -#}
{% macro is_revenue_order() -%}
    (is_revenue and net_amount > 0)
{%- endmacro %}

{#-
  A line's share of its order's amount, in whole cents. The quotient is a double on one engine and a
  decimal on the other: to ten digits first, so that both round the same half cents up.
-#}
{% macro share_in_cents(amount, line_total, order_id) -%}
    round(
        cast(
            cast({{ amount }} as double precision)
            * cast(coalesce({{ line_total }}, 0) as double precision)
            / nullif(
                cast(sum({{ line_total }}) over (partition by {{ order_id }}) as double precision), 0
            )
            as decimal(28, 10)
        ),
        2
    )
{%- endmacro %}
