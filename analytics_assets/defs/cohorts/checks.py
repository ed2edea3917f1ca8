"""What the cohorts must keep: each cell the orders of its members, all revenue accounted for."""

from analytics_assets.defs.staging.revenue import STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import follows_the_clock, no_rows
from analytics_assets.variables import Variables

CUSTOMER_MONTHS = Contract(
    "analytics.customer_months",
    amount="total_revenue",
    rules=(
        # By customer it would cost as much as building the table.
        no_rows(
            "each month has its revenue orders with a customer",
            f"""
with built as (
    select
        order_month,
        sum(total_orders) as orders,
        sum(total_revenue) as revenue,
        min(first_order_date) as first_day,
        max(last_order_date) as last_day
    from analytics.customer_months
    group by order_month
),
staged as (
    select
        order_month,
        count(*) as orders,
        sum(net_amount) as revenue,
        min(order_day) as first_day,
        max(order_day) as last_day
    from ({STAGED_REVENUE_ORDERS}) as revenue_orders
    where customer_id is not null
    group by order_month
)
select
    coalesce(built.order_month, staged.order_month) as order_month,
    built.orders,
    staged.orders as expected_orders,
    built.revenue,
    staged.revenue as expected_revenue
from built
full outer join staged on built.order_month = staged.order_month
where built.orders is distinct from staged.orders
    or built.revenue is distinct from staged.revenue
    or built.first_day is distinct from staged.first_day
    or built.last_day is distinct from staged.last_day
""",
            explanation="orders, revenue, first and last day",
        ),
    ),
)


def month_number(day: str) -> str:
    """Return the SQL of the month of a DATE, counted from the year 0."""
    return f"(12 * extract(year from {day}) + extract(month from {day}))"


def members(variables: Variables) -> str:
    """Return the query for (customer_id, start_day, cohort_month), one row per cohort member."""
    if variables.cohort_basis == "signup":
        return """
select customer_id, signup_date as start_day, signup_month as cohort_month
from staging.stg_customers
where signup_date is not null
"""
    return f"""
select customers.customer_id, min(orders.order_day) as start_day,
    min(orders.order_month) as cohort_month
from staging.stg_customers as customers
inner join ({STAGED_REVENUE_ORDERS}) as orders on customers.customer_id = orders.customer_id
group by customers.customer_id
"""


def _wrong_cohort_sizes(variables: Variables) -> str:
    return f"""
with members as (
    select cohort_month, count(*) as member_count
    from ({members(variables)}) as members
    group by cohort_month
),
cohorts as (
    select cohort_month, min(cohort_size) as least_size, max(cohort_size) as greatest_size
    from analytics.monthly_cohorts
    group by cohort_month
)
select
    coalesce(cohorts.cohort_month, members.cohort_month) as cohort_month,
    cohorts.least_size,
    cohorts.greatest_size,
    members.member_count
from cohorts
full outer join members on cohorts.cohort_month = members.cohort_month
where cohorts.cohort_month is null
    or members.cohort_month is null
    or cohorts.least_size <> members.member_count
    or cohorts.greatest_size <> members.member_count
"""


def _wrong_cells(variables: Variables) -> str:
    return f"""
with counted as (
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
)
select
    cells.cohort_month,
    cells.months_since_signup,
    cells.active_customers,
    counted.active as expected_active_customers,
    cells.total_orders,
    counted.orders as expected_orders,
    cells.cohort_revenue,
    counted.revenue as expected_revenue
from analytics.monthly_cohorts as cells
full outer join counted
    on cells.cohort_month = counted.cohort_month and cells.months_since_signup = counted.age
where cells.active_customers is distinct from coalesce(counted.active, 0)
    or cells.total_orders is distinct from coalesce(counted.orders, 0)
    or cells.cohort_revenue is distinct from coalesce(counted.revenue, 0)
"""


def _money_outside_of_cohorts(variables: Variables) -> str:
    return f"""
with orders as (
    select
        revenue_orders.net_amount,
        members.customer_id is null or revenue_orders.order_day < members.start_day as is_outside
    from ({STAGED_REVENUE_ORDERS}) as revenue_orders
    left join ({members(variables)}) as members
        on revenue_orders.customer_id = members.customer_id
)
select cohorts.revenue as cohort_revenue, expected.outside, expected.revenue
from (
    select coalesce(sum(cohort_revenue), 0) as revenue from analytics.monthly_cohorts
) as cohorts
cross join (
    select
        coalesce(sum(net_amount), 0) as revenue,
        coalesce(sum(case when is_outside then net_amount end), 0) as outside
    from orders
) as expected
where cohorts.revenue + expected.outside <> expected.revenue
"""


MONTHLY_COHORTS = Contract(
    "analytics.monthly_cohorts",
    amount="cohort_revenue",
    rules=(
        follows_the_clock(),
        no_rows(
            "every member is in the size of its cohort",
            _wrong_cohort_sizes,
            explanation="no cohort with a customer is missing, none has customers too many",
        ),
        no_rows(
            "each cell has the figures of its members' revenue orders",
            _wrong_cells,
            explanation="active customers, orders and revenue",
        ),
        no_rows(
            "revenue and the orders outside of the grid are all revenue",
            _money_outside_of_cohorts,
            explanation="outside are orders without a known customer, without a signup date and "
            "before signup; to the cent",
        ),
    ),
)
