"""Counting cohorts where the orders are: SQL whose results are as small as the cohort grid.

A revenue order belongs to the grid when its customer is in stg_customers and, on the basis
``signup``, did not order before the day of signup. Cells are counted from customer_months, which
knows months and not days: what customers ordered earlier in the month of their signup is counted
apart. ``cohort_exclusions`` counts the revenue orders outside the grid, so that grid and exclusions
together hold every one of them.
"""

from typing import Literal

CohortBasis = Literal["signup", "first_order"]

_REVENUE_ORDER = "orders.is_revenue and orders.net_amount > 0"
_COHORT_MONTHS: dict[CohortBasis, str] = {
    "signup": "signup_month",
    "first_order": "min(order_month) over (partition by customer_number)",
}
# The same, one row a customer; customer and day of signup beside it.
_COHORTS: dict[CohortBasis, str] = {
    "signup": """
    select
        customer_id,
        signup_date,
        signup_month as cohort_month
    from staging.stg_customers""",
    "first_order": """
    select
        customers.customer_id,
        customers.signup_date,
        min(months.order_month) as cohort_month
    from staging.stg_customers as customers
    inner join analytics.customer_months as months
        on customers.customer_id = months.customer_id
    group by customers.customer_id, customers.signup_date""",
}
_MEMBER_MONTHS: dict[CohortBasis, str] = {
    "signup": "months.last_order_date >= customers.signup_date",
    "first_order": "true",
}
# Among the months of members: those with orders on both sides of the day of signup.
_IS_SPLIT: dict[CohortBasis, str] = {
    "signup": "months.first_order_date < customers.signup_date",
    "first_order": "false",
}


def signup_cohort_sizes() -> str:
    """Return the query for ``CohortCounts.sizes`` by month of signup.

    Customers without an order count; customers without a signup date are in no cohort.
    """
    return """
select
    signup_month as cohort_month,
    cast(count(*) as bigint) as cohort_size
from staging.stg_customers
where signup_date is not null
group by signup_month
"""


def extent() -> str:
    """Return the query for the ``Extent`` of what ``member_months`` returns: one row.

    customers BIGINT; first_cohort, first_month and last_month INTEGER, months since January of
    year 0, NULL where nobody has ordered.
    """
    return f"""
select
    (select count(*) from staging.stg_customers) as customers,
    {_month_number("least(min(signup_month), min(order_month))")} as first_cohort,
    {_month_number("min(order_month)")} as first_month,
    {_month_number("max(order_month)")} as last_month
from analytics.customer_months
cross join (select min(signup_month) as signup_month from staging.stg_customers) as customers
"""


def member_months(cohort_basis: CohortBasis) -> str:
    """Return the query for the rows that ``cohort_activity`` counts, to be counted where they go.

    customer_number INTEGER, from 0; cohort_month and order_month INTEGER, months since January of
    year 0; total_orders and revenue_cents BIGINT; is_split BOOLEAN.

    Raises:
        ValueError: for an unknown basis.
    """
    _refuse_unknown(cohort_basis)
    return f"""
with cohorts as ({_COHORTS[cohort_basis]}
),

customers as (
    select
        customer_id,
        signup_date,
        {_month_number("cohort_month")} as cohort_month,
        cast(row_number() over () - 1 as integer) as customer_number
    from cohorts
)

select
    customers.customer_number,
    customers.cohort_month,
    {_month_number("months.order_month")} as order_month,
    months.total_orders,
    cast(100 * months.total_revenue as bigint) as revenue_cents,
    {_IS_SPLIT[cohort_basis]} as is_split
from analytics.customer_months as months
inner join customers on months.customer_id = customers.customer_id
where {_MEMBER_MONTHS[cohort_basis]}
"""


def cohort_activity(cohort_basis: CohortBasis) -> str:
    """Return the query for ``CohortCounts.activity``: a row a cohort and month with revenue orders.

    On the basis ``signup`` a customer's cohort is the month of signup and orders before the day
    of signup are left out, but for those that ``orders_before_signup`` returns: split_months says
    how many customers of the cell have such orders. On ``first_order`` the cohort is the month of
    the first revenue order; nothing is before it, and customers without one are in no cohort.

    Raises:
        ValueError: for an unknown basis.
    """
    _refuse_unknown(cohort_basis)
    # Windows over a number in place of the text id save a fifth of the whole query; one row a
    # customer and month makes every count(distinct customer_id) a count(*).
    return f"""
with customers as (
    select
        customer_id,
        signup_date,
        signup_month,
        row_number() over (order by customer_id) as customer_number
    from staging.stg_customers
),

member_months as (
    select
        customers.customer_number,
        customers.signup_month,
        months.order_month,
        months.total_orders,
        months.total_revenue,
        case when {_IS_SPLIT[cohort_basis]} then 1 else 0 end as is_split
    from analytics.customer_months as months
    inner join customers on months.customer_id = customers.customer_id
    where {_MEMBER_MONTHS[cohort_basis]}
),

active_months as (
    select
        {_COHORT_MONTHS[cohort_basis]} as cohort_month,
        order_month,
        total_orders,
        total_revenue,
        is_split,
        datediff(
            'month',
            lag(order_month) over (partition by customer_number order by order_month),
            order_month
        ) as months_since_active,
        lead(order_month) over (partition by customer_number order by order_month)
            as next_active_month
    from member_months
)

select
    cohort_month,
    cast(datediff('month', cohort_month, order_month) as bigint) as months_since_signup,
    cast(count(*) as bigint) as active_customers,
    cast(sum(case when months_since_active = 1 then 1 else 0 end) as bigint)
        as continued_customers,
    cast(sum(case when months_since_active > 1 then 1 else 0 end) as bigint)
        as reactivated_customers,
    cast(sum(case when next_active_month is null then 1 else 0 end) as bigint)
        as last_active_customers,
    cast(sum(total_orders) as bigint) as total_orders,
    cast(100 * sum(total_revenue) as bigint) as revenue_cents,
    cast(sum(is_split) as bigint) as split_months
from active_months
group by cohort_month, order_month
"""


def orders_before_signup() -> str:
    """Return the query for the orders that ``cohort_activity`` counts too many: one row a cohort.

    They were placed in the month of signup before its day, by customers who also ordered later in
    that month. cohort_month DATE, months_since_signup BIGINT (0), total_orders BIGINT,
    revenue_cents BIGINT.
    """
    return f"""
select
    customers.signup_month as cohort_month,
    cast(0 as bigint) as months_since_signup,
    cast(count(*) as bigint) as total_orders,
    cast(100 * sum(orders.net_amount) as bigint) as revenue_cents
from analytics.customer_months as months
inner join staging.stg_customers as customers
    on months.customer_id = customers.customer_id
inner join staging.stg_orders as orders
    on
        months.customer_id = orders.customer_id
        and months.order_month = orders.order_month
where
    {_MEMBER_MONTHS["signup"]}
    and {_IS_SPLIT["signup"]}
    and {_REVENUE_ORDER}
    and orders.order_day < customers.signup_date
group by customers.signup_month
"""


def cohort_exclusions(cohort_basis: CohortBasis) -> str:
    """Return the query for the revenue orders outside the grid: one row a month and reason.

    order_month DATE, exclusion VARCHAR (``unknown_customer``: no id, or one that is not in
    stg_customers; on the basis ``signup`` also ``no_signup_date`` and ``before_signup``),
    total_orders BIGINT, revenue_cents BIGINT.

    Raises:
        ValueError: for an unknown basis.
    """
    _refuse_unknown(cohort_basis)
    outside = {
        "signup": "(customers.signup_date is null or orders.order_day < customers.signup_date)",
        "first_order": "customers.customer_id is null",
    }[cohort_basis]
    return f"""
with excluded_orders as (
    select
        orders.order_month,
        orders.net_amount,
        case
            when customers.customer_id is null then 'unknown_customer'
            when customers.signup_date is null then 'no_signup_date'
            else 'before_signup'
        end as exclusion
    from staging.stg_orders as orders
    left join staging.stg_customers as customers
        on orders.customer_id = customers.customer_id
    where
        {_REVENUE_ORDER}
        and {outside}
)

select
    order_month,
    exclusion,
    cast(count(*) as bigint) as total_orders,
    cast(100 * sum(net_amount) as bigint) as revenue_cents
from excluded_orders
group by order_month, exclusion
"""


def _month_number(day: str) -> str:
    return f"cast(12 * year({day}) + month({day}) - 1 as integer)"


def _refuse_unknown(cohort_basis: str) -> None:
    if cohort_basis not in _COHORT_MONTHS:
        raise ValueError(
            f"cohort_basis is {cohort_basis!r}; allowed: {', '.join(sorted(_COHORT_MONTHS))}"
        )
