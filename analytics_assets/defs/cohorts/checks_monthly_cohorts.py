"""The contract of analytics.monthly_cohorts."""

from analytics_assets.defs.cohorts.checks_cells import wrong_cells
from analytics_assets.defs.cohorts.checks_health import WRONG_HEALTH
from analytics_assets.defs.cohorts.checks_members import (
    money_of_cohorts,
    wrong_cohort_sizes,
)
from analytics_assets.defs.cohorts.formulas.monthly_cohorts import MONTHLY_COHORTS_COLUMNS
from analytics_assets.lib.checks.agreement import agree, same
from analytics_assets.lib.checks.clock import AS_OF_DATE_IS_THE_CLOCKS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.months import month_number
from analytics_assets.lib.checks.rules import (
    accepted_values,
    expression,
    in_range,
    no_rows,
    not_null,
    unique,
)

MONTHLY_COHORTS = Contract(
    table="analytics.monthly_cohorts",
    meaning="docs/methods.md#5-cohorts",
    key=("cohort_month", "months_since_signup"),
    columns=MONTHLY_COHORTS_COLUMNS,
    rules=(
        not_null("cohort_month", "months_since_signup"),
        unique(["cohort_month", "months_since_signup"]),
        AS_OF_DATE_IS_THE_CLOCKS,
        expression(
            "a cohort month is its first day",
            "cohort_month = cast(date_trunc('month', cohort_month) as date)",
            [],
        ),
        no_rows(
            "the grid is dense",
            f"""
select cohort_month, count(*) as months, min(months_since_signup) as first_month,
    max(months_since_signup) as last_month
from analytics.monthly_cohorts
group by cohort_month, as_of_date
having min(months_since_signup) <> 0
    or max(months_since_signup) <> {month_number("as_of_date")} - {month_number("cohort_month")}
    or count(*) <> max(months_since_signup) + 1
""",
            explanation="each cohort has every month from 0 to the month of as_of_date, no other",
        ),
        no_rows(
            "every member is in the size of its cohort",
            wrong_cohort_sizes,
            explanation="no cohort with a customer is missing, none has customers too many",
        ),
        expression(
            "active customers are some of the cohort",
            "active_customers >= 0 and active_customers <= cohort_size",
            ["cohort_size", "active_customers"],
            null_fails=True,
        ),
        expression(
            "retention_rate is active customers by cohort size",
            agree("retention_rate * cohort_size", "active_customers"),
            ["cohort_size", "active_customers", "retention_rate"],
        ),
        no_rows(
            "each cell has the figures of its members' revenue orders",
            wrong_cells,
            explanation="active, retained and reactivated customers, orders and revenue",
        ),
        expression(
            "rolling retention is between retention and 1",
            "rolling_retention_rate >= retention_rate and rolling_retention_rate <= 1",
            ["retention_rate", "rolling_retention_rate"],
            null_fails=True,
        ),
        no_rows(
            "rolling retention never rises and ends at retention",
            """
select cohort_month, months_since_signup, retention_rate, rolling_retention_rate, next_rate
from (
    select
        *,
        lead(rolling_retention_rate) over (
            partition by cohort_month order by months_since_signup
        ) as next_rate
    from analytics.monthly_cohorts
) as cells
where rolling_retention_rate < coalesce(next_rate, 0)
    or (next_rate is null and rolling_retention_rate <> retention_rate)
""",
        ),
        in_range("monthly_churn_rate", minimum=0, maximum=1),
        no_rows(
            "churn is given where somebody was active before",
            """
select cohort_month, months_since_signup, active_before, monthly_churn_rate
from (
    select
        *,
        lag(active_customers) over (
            partition by cohort_month order by months_since_signup
        ) as active_before
    from analytics.monthly_cohorts
) as cells
where (monthly_churn_rate is null) <> (coalesce(active_before, 0) = 0)
""",
            explanation="NULL at month 0 and after a month without an active customer",
        ),
        expression(
            "revenue comes from active customers",
            "(cohort_revenue > 0) = (active_customers > 0)"
            " and total_orders >= active_customers"
            " and (total_orders > 0) = (active_customers > 0)",
            ["active_customers", "cohort_revenue", "total_orders"],
            null_fails=True,
        ),
        expression(
            "figures by active customer are null without one",
            " and ".join(
                agree(
                    f"{ratio} * active_customers",
                    f"case when active_customers > 0 then {total} end",
                )
                for ratio, total in (
                    ("revenue_per_active_customer", "cohort_revenue"),
                    ("orders_per_active_customer", "total_orders"),
                )
            ),
            ["active_customers", "revenue_per_active_customer", "orders_per_active_customer"],
        ),
        expression(
            "figures by member count all members",
            f"{agree('revenue_per_cohort_member * cohort_size', 'cohort_revenue')}"
            f" and {agree('estimated_ltv_to_date * cohort_size', 'cumulative_revenue')}",
            ["cohort_size", "revenue_per_cohort_member", "estimated_ltv_to_date"],
        ),
        no_rows(
            "cumulative revenue is the sum so far",
            f"""
select cohort_month, months_since_signup, cumulative_revenue, revenue_so_far
from (
    select
        *,
        sum(cohort_revenue) over (
            partition by cohort_month
            order by months_since_signup
            rows between unbounded preceding and current row
        ) as revenue_so_far
    from analytics.monthly_cohorts
) as cells
where not {agree("cumulative_revenue", "revenue_so_far")}
""",
        ),
        no_rows(
            "revenue and the excluded orders are all revenue",
            money_of_cohorts,
            explanation=(
                "a difference of 0.00 to the revenue orders of stg_orders in every month; excluded"
                " are orders without a known customer, without a signup date and before signup"
            ),
        ),
        expression(
            "only the running month is incomplete",
            same(
                "is_complete",
                f"{month_number('cohort_month')} + months_since_signup"
                f" < {month_number('(as_of_date + 1)')}",
            ),
            ["is_complete"],
            explanation="a month that ends on as_of_date has run",
        ),
        accepted_values(
            "cohort_health", ["healthy", "moderate", "at_risk", "poor", "insufficient_data"]
        ),
        expression(
            "no health is claimed from too little",
            "cohort_health = 'insufficient_data'"
            " or (months_since_signup > 0 and cohort_size >= 30 and is_complete)",
            ["cohort_size", "is_complete", "cohort_health"],
            null_fails=True,
        ),
        no_rows(
            "health compares a cell with the six cohorts before",
            WRONG_HEALTH,
            explanation="its Wilson interval of retention with theirs at the same age",
        ),
    ),
)
