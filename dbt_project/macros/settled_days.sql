{#- An open order: somebody wants the goods, and it is not revenue yet. -#}
{% macro is_open_order() -%}
    (is_demand and not is_revenue and net_amount > 0)
{%- endmacro %}

{#-
Whether a day is settled: before the first of the newest 92 days whose open amount is 5 % or more of
its demand amount (revenue and open together). What is open for longer is a matter of statuses, and
would unsettle every day since. One row per day; NULL without a day.
-#}
{% macro is_settled(day, revenue, open_amount, newest_day) -%}
    case
        when {{ day }} is not null
            then coalesce(
                {{ day }} < min(
                    case
                        when
                            {{ open_amount }} > 0
                            and {{ open_amount }} >= 0.05 * ({{ revenue }} + {{ open_amount }})
                            and {{ days_between(day, newest_day) }} < 92
                            then {{ day }}
                    end
                ) over (),
                true
            )
    end
{%- endmacro %}
