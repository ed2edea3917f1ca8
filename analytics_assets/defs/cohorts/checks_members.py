"""Who is in which cohort, and which revenue is in none, as the checks count them."""

from analytics_assets.defs.staging.shared_revenue import STAGED_REVENUE_ORDERS
from analytics_assets.lib.checks.months import month_number
from analytics_assets.variables import Variables


def members(variables: Variables) -> str:
    """Return the query for (customer_id, start_day, cohort_month), one row a cohort member."""
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


def money_of_cohorts(variables: Variables) -> str:
    """Return the query for the months whose cohort revenue and exclusions are not all revenue."""
    return f"""
with orders as (
    select
        revenue_orders.order_month,
        revenue_orders.net_amount,
        case
            when customers.customer_id is null then 'unknown_customer'
            when members.customer_id is null then 'no_signup_date'
            when revenue_orders.order_day < members.start_day then 'before_signup'
            else 'in_a_cohort'
        end as place
    from ({STAGED_REVENUE_ORDERS}) as revenue_orders
    left join staging.stg_customers as customers
        on revenue_orders.customer_id = customers.customer_id
    left join ({members(variables)}) as members
        on revenue_orders.customer_id = members.customer_id
),
expected as (
    select
        {month_number("order_month")} as month_number,
        sum(net_amount) as all_revenue,
        sum(case when place = 'unknown_customer' then net_amount else 0 end) as unknown_customer,
        sum(case when place = 'no_signup_date' then net_amount else 0 end) as no_signup_date,
        sum(case when place = 'before_signup' then net_amount else 0 end) as before_signup
    from orders
    group by order_month
),
cohorts as (
    select
        {month_number("cohort_month")} + months_since_signup as month_number,
        sum(cohort_revenue) as cohort_revenue
    from analytics.monthly_cohorts
    group by {month_number("cohort_month")} + months_since_signup
)
select *
from (
    select
        coalesce(cohorts.month_number, expected.month_number) as month_number,
        coalesce(cohorts.cohort_revenue, 0) as cohort_revenue,
        coalesce(expected.unknown_customer, 0) as unknown_customer,
        coalesce(expected.no_signup_date, 0) as no_signup_date,
        coalesce(expected.before_signup, 0) as before_signup,
        coalesce(expected.all_revenue, 0) as all_revenue
    from cohorts
    full outer join expected on cohorts.month_number = expected.month_number
) as months
where round(
    cohort_revenue + unknown_customer + no_signup_date + before_signup - all_revenue, 2
) <> 0
"""


def wrong_cohort_sizes(variables: Variables) -> str:
    """Return the query for the cohorts whose size is not the number of their members."""
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
