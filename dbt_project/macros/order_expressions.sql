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

{#- An amount at a rate, rounded once, half cents away from zero; itself where the rate is NULL. -#}
{% macro in_shop_currency(amount, rate) -%}
    coalesce(cast(round({{ amount }} * {{ rate }}, 2) as decimal(18, 2)), {{ amount }})
{%- endmacro %}

{#-
  A return at its order's rate: what it adds to the order's returns, converted as a sum. So an order
  that came back in parts came back whole, to the cent.
-#}
{% macro return_in_shop_currency(amount, rate, order_id, place) -%}
    {%- set so_far -%}
        cast(
            sum({{ amount }}) over (
                partition by {{ order_id }} order by {{ place }}
                rows between unbounded preceding and current row
            ) as decimal(18, 2)
        )
    {%- endset -%}
    case
        when {{ rate }} is null then {{ amount }}
        else
            cast(
                round({{ so_far }} * {{ rate }}, 2)
                - round(({{ so_far }} - {{ amount }}) * {{ rate }}, 2)
                as decimal(18, 2)
            )
    end
{%- endmacro %}

{#- What lines may differ from their order's total: a cent each, and where converted one at the rate. -#}
{% macro rounding_of_lines(lines, rate) -%}
    0.01 * {{ lines }} * (1 + coalesce({{ rate }}, 0))
{%- endmacro %}
