{#- What keeps customer_months up to date, month by month.

    Nothing in raw.orders says when an order was changed, so months are known by what their orders
    hold: each row of customer_months has the fingerprint of the orders that its month was built
    from. A run builds the months whose orders have another fingerprint now, and no other. -#}

{#- A fingerprint of a group of orders, which no order of rows changes. It is comparable within one
    engine and version: `hash` is the engine's own. The text of the model takes part, so that a
    changed model builds every month anew. -#}
{% macro orders_fingerprint() -%}
    sum(hash('{{ local_md5(model.raw_code) }}', customer_id, order_day, net_amount))
{%- endmacro %}

{#- The months that are new, have other orders than they were built from, have none any more, or do
    not add up to their orders, whoever touched them; none where the table is to be built whole. -#}
{% macro months_to_replace(orders) -%}
    {#- Without introspection nobody may ask whether the table exists. -#}
    {%- if not (execute and flags.INTROSPECT and is_incremental()) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query -%}
        select distinct coalesce(orders.order_month, built.order_month) as order_month
        from (
            select
                order_month,
                cast({{ orders_fingerprint() }} as varchar) as orders_fingerprint,
                count(customer_id) as total_orders,
                sum(case when customer_id is not null then net_amount end) as total_revenue
            from {{ orders }}
            where {{ is_revenue_order() }}
            group by order_month
        ) as orders
        full outer join (
            select
                order_month,
                orders_fingerprint,
                sum(total_orders) as total_orders,
                sum(total_revenue) as total_revenue
            from {{ this }}
            group by order_month, orders_fingerprint
        ) as built on orders.order_month = built.order_month
        where
            orders.orders_fingerprint is distinct from built.orders_fingerprint
            or orders.total_orders is distinct from built.total_orders
            or orders.total_revenue is distinct from built.total_revenue
        order by order_month
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{#- As ranges of the column itself, which both engines use to skip what lies outside of them. -#}
{% macro in_months(column, months) -%}
    (
        {%- for month in months %}
        {{ column }} >= {{ date_literal(month) }}
        and {{ column }} < {{ date_literal(month) }} + interval '1 month'
        {{- " or" if not loop.last }}
        {%- else %}
        1 = 0
        {%- endfor %}
    )
{%- endmacro %}

{% macro date_literal(day) -%}
    cast('{{ day }}' as date)
{%- endmacro %}

{#- An incremental strategy: every month that the built rows name is replaced by its rows among
    them, in one transaction. A row without a customer only names its month, which may have no rows
    any more. -#}
{% macro get_incremental_replace_months_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute='name')) -%}
    {%- set statements -%}
        delete from {{ arguments.target_relation }}
        where order_month in (
            select order_month from {{ arguments.temp_relation }} where customer_id is null
        );

        insert into {{ arguments.target_relation }} ({{ columns }})
        select {{ columns }}
        from {{ arguments.temp_relation }}
        where customer_id is not null
    {%- endset -%}
    {{ return(adapter.dispatch('in_one_transaction')(statements)) }}
{%- endmacro %}

{#- dbt has opened one already, and commits it. -#}
{% macro default__in_one_transaction(statements) -%}
    {{ return(statements) }}
{%- endmacro %}

{% macro snowflake__in_one_transaction(statements) -%}
    {{ return(snowflake_dml_explicit_transaction(statements)) }}
{%- endmacro %}
