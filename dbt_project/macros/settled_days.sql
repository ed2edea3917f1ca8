{#- An open order: somebody wants the goods, and it is not revenue yet. -#}
{% macro is_open_order() -%}
    (is_demand and not is_revenue and net_amount > 0)
{%- endmacro %}

{#- Whether a day is open: 5 % or more of its demand amount, revenue and open together, is open. -#}
{% macro is_open_day(revenue, open_amount) -%}
    ({{ open_amount }} > 0 and {{ open_amount }} >= 0.05 * ({{ revenue }} + {{ open_amount }}))
{%- endmacro %}

{#-
  Whether an open day unsettles a day not before it: what is open for longer than 92 days is a matter
  of statuses, and would unsettle every day since.
-#}
{% macro unsettles(open_day, day) -%}
    ({{ days_between(open_day, day) }} < 92)
{%- endmacro %}

{#-
  Whether a day is settled: before the first open one that unsettles the newest. One row per day; NULL
  without a day.
-#}
{% macro is_settled(day, revenue, open_amount, newest_day) -%}
    case
        when {{ day }} is not null
            then coalesce(
                {{ day }} < min(
                    case
                        when
                            {{ is_open_day(revenue, open_amount) }}
                            and {{ unsettles(day, newest_day) }}
                            then {{ day }}
                    end
                ) over (),
                true
            )
    end
{%- endmacro %}
