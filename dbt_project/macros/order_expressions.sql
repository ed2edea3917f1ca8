{#- A revenue order: the status counts and there is money in it. -#}
{% macro is_revenue_order() -%}
    (is_revenue and net_amount > 0)
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
