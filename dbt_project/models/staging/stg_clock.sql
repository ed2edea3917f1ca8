{%- set as_of_date = var('as_of_date') -%}

-- The same parent whether the day is given or not: depends on {{ ref('int_orders') }}
{% if as_of_date is not none %}
    select cast({{ text_literal(as_of_date) }} as date) as as_of_date
{% else %}
    select max(order_day) as as_of_date
    from {{ ref('int_orders') }}
    where order_id is not null
{% endif %}
