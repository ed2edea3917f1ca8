"""What the health of a cell must be, from the cells of the cohorts before it."""

from analytics_assets.lib.checks.wilson import wilson

# A bound that equals the base up to rounding may fall on either side of it.
_ROUNDING = "0.000000001"

WRONG_HEALTH = f"""
select cohort_month, months_since_signup, cohort_health, lower_bound, upper_bound, base
from (
    select
        cohort_month,
        months_since_signup,
        cohort_size,
        is_complete,
        cohort_health,
        {wilson("active_customers", "cohort_size", "-")} as lower_bound,
        {wilson("active_customers", "cohort_size", "+")} as upper_bound,
        sum(cast(active_customers as double precision)) over (
            partition by months_since_signup, is_complete
            order by cohort_month
            rows between 6 preceding and 1 preceding
        ) / nullif(sum(cohort_size) over (
            partition by months_since_signup, is_complete
            order by cohort_month
            rows between 6 preceding and 1 preceding
        ), 0) as base
    from analytics.monthly_cohorts
) as cells
where cohort_health <> 'insufficient_data' and not coalesce(
    case cohort_health
        when 'healthy' then lower_bound > base - {_ROUNDING}
        when 'moderate' then lower_bound < base + {_ROUNDING} and upper_bound > base - {_ROUNDING}
        when 'at_risk'
            then upper_bound < base + {_ROUNDING} and upper_bound > 0.5 * base - {_ROUNDING}
        when 'poor' then upper_bound < 0.5 * base + {_ROUNDING}
    end,
    false
)
    or cohort_health = 'insufficient_data'
    and months_since_signup > 0
    and cohort_size >= 30
    and is_complete
    and base is not null
"""
