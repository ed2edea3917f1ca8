{#- Says what to type where dbt is run before the tables it reads were made. -#}
{% macro require_source_tables() %}
    {%- if execute and flags.WHICH in ['run', 'build', 'test', 'seed'] -%}
        {%- for source in graph.sources.values() -%}
            {%- set readers = [] -%}
            {%- for id in selected_resources if id in graph.nodes -%}
                {%- if source.unique_id in graph.nodes[id].depends_on.nodes -%}
                    {%- do readers.append(id) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if readers
                and adapter.get_relation(target.database, source.schema, source.name) is none -%}
                {{ exceptions.raise_compiler_error(
                    "The table " ~ source.schema ~ "." ~ source.name ~ " does not exist yet, so there is "
                    ~ "nothing to build from. Next: type `make demo` in the project's folder."
                ) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
