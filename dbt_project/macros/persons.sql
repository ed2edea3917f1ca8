{#- An address as an id that shows none: 16 hex digits of the SHA-256 of lower(trim(...)); NULL for none. -#}
{% macro guest_id(column) -%}
    {{ return(adapter.dispatch('guest_id')(column)) }}
{%- endmacro %}

{% macro default__guest_id(column) -%}
    'guest-' || left(sha256(nullif(lower(trim({{ column }})), '')), 16)
{%- endmacro %}

{% macro snowflake__guest_id(column) -%}
    'guest-' || left(sha2(nullif(lower(trim({{ column }})), ''), 256), 16)
{%- endmacro %}
