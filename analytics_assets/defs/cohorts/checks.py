"""What the cohorts must keep: every member in one, each cell with its members' orders."""

from analytics_assets.defs.staging.revenue import STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import no_rows
from analytics_assets.variables import Variables


def month_number(day: str) -> str:
    """Return the SQL of the month of a DATE, counted from the year 0."""
    return f"(12 * extract(year from {day}) + extract(month from {day}))"


def members(variables: Variables) -> str:
    """Return the query for (customer_id, start_day, cohort_month), one row per cohort member."""
    by_signup, others = {
        "signup": ("signup_date is not null", "signup_date is null"),
        "first_order": ("1 = 0", "1 = 1"),
    }[variables.cohort_basis]
    return f"""
select customer_id, signup_date as start_day, signup_month as cohort_month
from staging.stg_customers
where {by_signup}
union all
select orders.customer_id, min(orders.order_day), min(orders.order_month)
from ({STAGED_REVENUE_ORDERS}) as orders
where orders.customer_id in (select customer_id from staging.stg_customers where {others})
group by orders.customer_id
"""


def _wrong_cells(variables: Variables) -> str:
    return f"""
with sizes as (
    select cohort_month, count(*) as member_count
    from ({members(variables)}) as members
    group by cohort_month
),
counted as (
    select
        members.cohort_month,
        {month_number("orders.order_month")} - {month_number("members.cohort_month")} as age,
        count(distinct members.customer_id) as active,
        count(*) as orders,
        sum(orders.net_amount) as revenue
    from ({STAGED_REVENUE_ORDERS}) as orders
    inner join ({members(variables)}) as members on orders.customer_id = members.customer_id
    where orders.order_day >= members.start_day
    group by members.cohort_month, orders.order_month
),
returned as (
    select
        members.cohort_month,
        {month_number("greatest(returns.returned_day, orders.order_day)")}
            - {month_number("members.cohort_month")} as age,
        sum(returns.amount) as amount
    from staging.stg_returns as returns
    inner join ({STAGED_REVENUE_ORDERS}) as orders on returns.order_id = orders.order_id
    inner join ({members(variables)}) as members on orders.customer_id = members.customer_id
    where orders.order_day >= members.start_day
    group by 1, 2
)
select
    coalesce(cells.cohort_month, counted.cohort_month, returned.cohort_month, sizes.cohort_month)
        as cohort_month,
    coalesce(cells.months_since_signup, counted.age, returned.age) as months_since_signup,
    cells.cohort_size,
    sizes.member_count,
    cells.active_customers,
    counted.active as expected_active_customers,
    cells.total_orders,
    counted.orders as expected_orders,
    cells.cohort_revenue,
    counted.revenue as expected_revenue,
    cells.cohort_returns,
    returned.amount as expected_returns
from analytics.monthly_cohorts as cells
full outer join counted
    on cells.cohort_month = counted.cohort_month and cells.months_since_signup = counted.age
full outer join returned
    on cells.cohort_month = returned.cohort_month and cells.months_since_signup = returned.age
full outer join sizes on cells.cohort_month = sizes.cohort_month
where cells.cohort_size is distinct from sizes.member_count
    or cells.active_customers is distinct from coalesce(counted.active, 0)
    or cells.total_orders is distinct from coalesce(counted.orders, 0)
    or cells.cohort_revenue is distinct from coalesce(counted.revenue, 0)
    or cells.cohort_returns is distinct from coalesce(returned.amount, 0)
    or cells.cohort_net_revenue
        is distinct from coalesce(counted.revenue, 0) - coalesce(returned.amount, 0)
"""


MONTHLY_COHORTS = Contract(
    "analytics.monthly_cohorts",
    amount="cohort_revenue",
    rules=(
        no_rows(
            "each cell has the figures of its members",
            _wrong_cells,
            explanation="how many they are, their revenue orders, and what came back; no cohort "
            "is missing",
        ),
    ),
)

MONTHLY_RETENTION_INDEX = Contract(
    "analytics.monthly_retention_index",
    rules=(
        no_rows(
            "each month compares the cohorts with those of the year before",
            f"""
with cells as (
    select
        {month_number("cohort_month")} as first_month,
        {month_number("cohort_month")} + months_since_signup as month_number,
        months_since_signup,
        cohort_size,
        active_customers
    from analytics.monthly_cohorts
    where is_complete
        and months_since_signup > 0
        and cohort_month > (select min(cohort_month) from analytics.monthly_cohorts)
),
expected as (
    select
        cells.month_number,
        count(*) as ages,
        sum(cells.active_customers) as active,
        sum(
            cast(cells.cohort_size as double precision) * before.active_customers
            / nullif(before.cohort_size, 0)
        ) as expected_active
    from cells
    inner join cells as before
        on cells.first_month = before.first_month + 12
        and cells.months_since_signup = before.months_since_signup
    group by cells.month_number
)
select
    months.calendar_month,
    months.ages_compared,
    expected.ages as expected_ages,
    months.active_customers,
    expected.active as counted_active_customers,
    months.expected_active_customers,
    expected.expected_active as computed_expected_active_customers
from analytics.monthly_retention_index as months
full outer join expected on {month_number("months.calendar_month")} = expected.month_number
where months.ages_compared is distinct from coalesce(expected.ages, 0)
    or months.active_customers is distinct from coalesce(expected.active, 0)
    or (months.expected_active_customers is null) <> (expected.expected_active is null)
    or abs(months.expected_active_customers - expected.expected_active)
        > 1e-9 * greatest(1, expected.expected_active)
""",
            explanation="ages, active and expected customers of monthly_cohorts",
        ),
    ),
)
