{#-
  A select: the rows of a CTE with RFM scores and total_revenue, each with its segment. Who sent back
  all that was bought is in no segment of value 4 or 5.
-#}
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
            and segments.frequency_monetary_score = least(
                floor(({{ scored }}.frequency_score + {{ scored }}.monetary_score + 1) / 2),
                case when {{ scored }}.total_revenue <= 0 then 3 else 5 end
            )
{%- endmacro %}
