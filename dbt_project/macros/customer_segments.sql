{#- A select: the rows of a CTE with RFM scores, each with its segment. -#}
{% macro customer_segments(scored) -%}
    select
        {{ scored }}.*,
        case
            when {{ scored }}.recency_score is null then 'prospects'
            else segments.behavioral_segment
        end as behavioral_segment,
        case
            when {{ scored }}.recency_score is null then 'Welcome offer for the first order'
            else segments.recommended_action
        end as recommended_action,
        case
            when {{ scored }}.recency_score is null then 11
            else segments.segment_priority
        end as segment_priority
    from {{ scored }}
    left join {{ ref('rfm_segments') }} as segments
        on
            {{ scored }}.recency_score = segments.recency_score
            and floor(({{ scored }}.frequency_score + {{ scored }}.monetary_score + 1) / 2)
            = segments.frequency_monetary_score
{%- endmacro %}
