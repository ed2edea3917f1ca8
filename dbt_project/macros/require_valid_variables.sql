{#- The same limits as analytics_assets/variables.py, for people who run dbt by hand. -#}
{% macro require_valid_variables() %}
    {%- if execute -%}
        {%- set problems = [] -%}
        {%- for name in ['lookback_days', 'active_customer_days', 'min_pair_orders'] -%}
            {%- if variable(name) is not integer or variable(name) is boolean or variable(name) < 1 -%}
                {%- do problems.append(name ~ " is " ~ variable(name) ~ ": allowed is a whole number from 1") -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name in ['high_value_threshold', 'medium_order_from', 'large_order_from'] -%}
            {%- if variable(name) is not number or variable(name) <= 0 -%}
                {%- do problems.append(name ~ " is " ~ variable(name) ~ ": allowed is an amount above 0") -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if variable('cohort_basis') not in ['signup', 'first_order'] -%}
            {%- do problems.append("cohort_basis is " ~ variable('cohort_basis') ~ ": allowed are signup and first_order") -%}
        {%- endif -%}
        {%- set ratio = variable('cost_ratio_when_unknown') -%}
        {%- if ratio is not number or ratio < 0 or ratio > 1 -%}
            {%- do problems.append("cost_ratio_when_unknown is " ~ ratio ~ ": allowed is a number from 0 to 1") -%}
        {%- endif -%}
        {%- set excluded = variable('excluded_product_ids') -%}
        {%- if excluded is string or excluded is mapping or excluded is not iterable -%}
            {%- do problems.append("excluded_product_ids is " ~ excluded ~ ": allowed is a list of product ids") -%}
        {%- endif -%}
        {%- set as_of_date = variable('as_of_date') -%}
        {%- if as_of_date is not none and not modules.re.fullmatch("\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])", as_of_date | string) -%}
            {%- do problems.append("as_of_date is " ~ as_of_date ~ ": allowed is a date such as 2025-12-31") -%}
        {%- endif -%}
        {%- if problems -%}
            {{ exceptions.raise_compiler_error("A variable is wrong, nothing was built: " ~ problems | join("; ")) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
