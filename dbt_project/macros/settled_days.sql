{#- An open order: somebody wants the goods, and it is not revenue yet. -#}
{% macro is_open_order() -%}
    (is_demand and not is_revenue and net_amount > 0)
{%- endmacro %}

{#-
Whether a day is settled: its open amount is under 5 % of its demand amount (revenue and open
together), or nothing is open, and so it is on every day before. One row per day; NULL without a day.
-#}
{% macro is_settled(day, net_revenue, open_amount) -%}
    case
        when {{ day }} is not null
            then min(
                case
                    when
                        {{ open_amount }} = 0
                        or {{ open_amount }} < 0.05 * ({{ net_revenue }} + {{ open_amount }})
                        or {{ day }} is null
                        then 1
                    else 0
                end
            ) over (order by {{ day }} rows between unbounded preceding and current row) = 1
    end
{%- endmacro %}
