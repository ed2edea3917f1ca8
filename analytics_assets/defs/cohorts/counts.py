"""Counting cohorts where the orders are: one statement for both engines, integers only.

A member's cohort is the month of signup. Who has no signup date belongs to the cohort of the first
revenue order; on the basis ``first_order`` everybody does. Orders before the day of signup are in
no cohort. What is derived from the counts belongs to ``grid.py`` and ``health.py``.
"""

from typing import Literal

from analytics_assets.defs.cohorts.grid import CohortCounts, counts_of_steps
from analytics_assets.defs.staging.revenue import IS_REVENUE
from analytics_assets.lib.warehouse.interface import Session

CohortBasis = Literal["signup", "first_order"]

# What a customer's day and month of signup are.
_SIGNUP: dict[CohortBasis, tuple[str, str]] = {
    "signup": ("signup_date", "signup_month"),
    "first_order": ("cast(null as date)", "cast(null as date)"),
}


def cohort_counts(session: Session, cohort_basis: CohortBasis) -> CohortCounts:
    """Count the cohorts of staging.stg_customers, stg_orders and stg_returns."""
    steps = session.read(activity_steps(cohort_basis))
    signups = session.read(signups_per_month(cohort_basis))
    returned = session.read(returned_cells(cohort_basis))
    return counts_of_steps(steps, signups, returned)


def signups_per_month(cohort_basis: CohortBasis) -> str:
    """Return the query for the members by signup: one row per cohort_month DATE.

    signup_members BIGINT: customers with a signup date, with and without an order; no row on the
    basis ``first_order``.
    """
    _, signup_month = _SIGNUP[cohort_basis]
    return f"""
select
    {signup_month} as cohort_month,
    cast(count(*) as bigint) as signup_members
from staging.stg_customers
where {signup_month} is not null
group by {signup_month}
"""


def activity_steps(cohort_basis: CohortBasis) -> str:
    """Return the query for the steps of members from one active month to their next.

    One row per cohort_month, order_month and active_month_before (all DATE, the last one NULL in
    a member's first active month), all others BIGINT:
    active_customers; signup_members, how many of them have a signup date; total_orders and
    revenue_cents of order_month; earlier_active_months, the active months of these members
    after cohort_month and before order_month, 0 in cohort_month itself.
    """
    signup_date, signup_month = _SIGNUP[cohort_basis]
    # A number in the place of the text id makes the grouping and the windows cheaper. The windows
    # share one frame, so that their rows are sorted once.
    return f"""
with customers as (
    select
        customer_id,
        {signup_date} as signup_date,
        {signup_month} as signup_month,
        row_number() over (order by customer_id) as customer_number
    from staging.stg_customers
),

member_months as (
    select
        customers.customer_number,
        customers.signup_month,
        orders.order_month,
        count(*) as total_orders,
        sum(orders.net_amount) as revenue
    from staging.stg_orders as orders
    inner join customers on orders.customer_id = customers.customer_id
    where
        {IS_REVENUE}
        and (customers.signup_date is null or orders.order_day >= customers.signup_date)
    group by customers.customer_number, customers.signup_month, orders.order_month
),

numbered_months as (
    select
        signup_month,
        order_month,
        total_orders,
        revenue,
        first_value(order_month) over (
            partition by customer_number order by order_month
            rows between unbounded preceding and current row
        ) as first_active_month,
        lag(order_month) over (partition by customer_number order by order_month)
            as active_month_before,
        row_number() over (partition by customer_number order by order_month) as active_months
    from member_months
),

cohort_months as (
    select
        *,
        coalesce(signup_month, first_active_month) as cohort_month
    from numbered_months
)

select
    cohort_month,
    order_month,
    active_month_before,
    cast(count(*) as bigint) as active_customers,
    cast(count(signup_month) as bigint) as signup_members,
    cast(sum(total_orders) as bigint) as total_orders,
    cast(100 * sum(revenue) as bigint) as revenue_cents,
    cast(sum(
        case
            when order_month = cohort_month then 0
            when first_active_month = cohort_month then active_months - 2
            else active_months - 1
        end
    ) as bigint) as earlier_active_months
from cohort_months
group by cohort_month, order_month, active_month_before
"""


def returned_cells(cohort_basis: CohortBasis) -> str:
    """Return the query for what members gave back, of orders that are in the grid.

    One row per cohort_month and returned_month (both DATE); returned_cents BIGINT. It counts in the
    month in which it came back, whenever it was sold: a closed month never changes. What says that
    it came back before it was sold counts in the month of its order.
    """
    signup_date, signup_month = _SIGNUP[cohort_basis]
    return f"""
with returned as (
    select
        customer_id,
        order_day,
        cast(date_trunc('month', greatest(returned_day, order_day)) as date) as returned_month,
        amount
    from staging.stg_returns
    where is_of_a_sale and customer_id is not null
),

customers as (
    select
        customer_id,
        {signup_date} as signup_date,
        {signup_month} as signup_month
    from staging.stg_customers
    where customer_id in (select customer_id from returned)
),

first_months as (
    select customer_id, min(order_month) as first_month
    from staging.stg_orders
    where {IS_REVENUE} and customer_id in (select customer_id from returned)
    group by customer_id
)

select
    coalesce(customers.signup_month, first_months.first_month) as cohort_month,
    returned.returned_month,
    cast(100 * sum(returned.amount) as bigint) as returned_cents
from returned
inner join customers on returned.customer_id = customers.customer_id
inner join first_months on returned.customer_id = first_months.customer_id
where customers.signup_date is null or returned.order_day >= customers.signup_date
group by coalesce(customers.signup_month, first_months.first_month), returned.returned_month
"""
