{#- A variable's value: --vars, else the environment's ANALYTICS_VARS, else dbt_project.yml.
    Python resolves them in the same order (analytics_assets/variables.py). What a unit test
    overrides wins over all of them. -#}
{% macro variable(name) %}
    {%- set command_line = invocation_args_dict.get('vars') or {} -%}
    {%- set environment = fromyaml(env_var('ANALYTICS_VARS', '{}')) or {} -%}
    {%- set is_overridden = model is defined and name in ((model.overrides or {}).vars or {}) -%}
    {%- if is_overridden or name in command_line or name not in environment -%}
        {{ return(var(name)) }}
    {%- endif -%}
    {{ return(environment[name]) }}
{% endmacro %}
