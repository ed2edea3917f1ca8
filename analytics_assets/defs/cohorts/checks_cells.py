"""What each cell of the cohort grid must hold, counted from the orders."""

from analytics_assets.defs.cohorts.checks_members import members
from analytics_assets.defs.staging.shared_revenue import STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.months import month_number
from analytics_assets.variables import Variables


def wrong_cells(variables: Variables) -> str:
    """Return the query for the cells whose figures are not those of their members' orders.

    A member is retained who also bought in the month before, reactivated who did not but bought
    earlier, and ``last`` in the month after which no purchase follows: rolling retention is the
    share of members whose last month is this one or a later one.
    """
    return f"""
with months as (
    select
        members.customer_id,
        members.cohort_month,
        {month_number("orders.order_month")} - {month_number("members.cohort_month")} as age,
        count(*) as orders,
        sum(orders.net_amount) as revenue
    from ({STAGED_REVENUE_ORDERS}) as orders
    inner join ({members(variables)}) as members on orders.customer_id = members.customer_id
    where orders.order_day >= members.start_day
    group by members.customer_id, members.cohort_month, orders.order_month
),
active as (
    select
        cohort_month,
        age,
        orders,
        revenue,
        lag(age) over (partition by customer_id order by age) as age_before,
        lead(age) over (partition by customer_id order by age) as age_after
    from months
),
counted as (
    select
        cohort_month,
        age,
        count(*) as active,
        count(case when age_before = age - 1 then 1 end) as retained,
        count(case when age_before < age - 1 then 1 end) as reactivated,
        count(case when age_after is null then 1 end) as last,
        sum(orders) as orders,
        sum(revenue) as revenue
    from active
    group by cohort_month, age
),
compared as (
    select
        cells.cohort_month,
        cells.months_since_signup,
        cells.active_customers,
        coalesce(counted.active, 0) as expected_active_customers,
        cells.reactivated_customers,
        coalesce(counted.reactivated, 0) as expected_reactivated_customers,
        cells.monthly_churn_rate * lag(cells.active_customers) over (
            partition by cells.cohort_month order by cells.months_since_signup
        ) as churned_customers,
        lag(cells.active_customers) over (
            partition by cells.cohort_month order by cells.months_since_signup
        ) - coalesce(counted.retained, 0) as expected_churned_customers,
        cells.rolling_retention_rate * cells.cohort_size as active_from_here,
        sum(coalesce(counted.last, 0)) over (
            partition by cells.cohort_month
            order by cells.months_since_signup
            rows between current row and unbounded following
        ) as expected_active_from_here,
        cells.total_orders,
        coalesce(counted.orders, 0) as expected_orders,
        cells.cohort_revenue,
        coalesce(counted.revenue, 0) as expected_revenue
    from analytics.monthly_cohorts as cells
    left join counted
        on cells.cohort_month = counted.cohort_month and cells.months_since_signup = counted.age
)
select *
from compared
where active_customers <> expected_active_customers
    or reactivated_customers <> expected_reactivated_customers
    or abs(churned_customers - expected_churned_customers) > 0.000001
    or abs(active_from_here - expected_active_from_here) > 0.000001
    or total_orders <> expected_orders
    or cohort_revenue <> expected_revenue
"""
