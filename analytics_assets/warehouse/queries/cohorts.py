"""Counting cohorts where the orders are: SQL whose results are as small as the cohort grid.

A revenue order belongs to the grid when its customer is in stg_customers and, on the basis
``signup``, did not order before the day of signup. ``cohort_exclusions`` counts the revenue
orders that do not, so that grid and exclusions together hold every one of them.
"""

from typing import Literal

CohortBasis = Literal["signup", "first_order"]

_REVENUE_ORDER = "orders.is_revenue and orders.net_amount > 0"
_COHORT_MONTHS: dict[CohortBasis, str] = {
    "signup": "signup_month",
    "first_order": "min(order_month) over (partition by customer_number)",
}
_MEMBER_ORDERS: dict[CohortBasis, str] = {
    "signup": f"{_REVENUE_ORDER} and orders.order_day >= customers.signup_date",
    "first_order": _REVENUE_ORDER,
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


def cohort_activity(cohort_basis: CohortBasis) -> str:
    """Return the query for ``CohortCounts.activity``: a row a cohort and month with revenue orders.

    On the basis ``signup`` a customer's cohort is the month of signup and orders before the day
    of signup are left out. On ``first_order`` it is the month of the first revenue order; nothing
    is before it, and customers without one are in no cohort.

    Raises:
        ValueError: for an unknown basis.
    """
    _refuse_unknown(cohort_basis)
    # Grouping by a number in place of the text id saves a fifth of the whole query; one row a
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

customer_months as (
    select
        customers.customer_number,
        customers.signup_month,
        orders.order_month,
        count(*) as total_orders,
        sum(orders.net_amount) as revenue
    from staging.stg_orders as orders
    inner join customers on orders.customer_id = customers.customer_id
    where {_MEMBER_ORDERS[cohort_basis]}
    group by customers.customer_number, customers.signup_month, orders.order_month
),

active_months as (
    select
        {_COHORT_MONTHS[cohort_basis]} as cohort_month,
        order_month,
        total_orders,
        revenue,
        datediff(
            'month',
            lag(order_month) over (partition by customer_number order by order_month),
            order_month
        ) as months_since_active,
        lead(order_month) over (partition by customer_number order by order_month)
            as next_active_month
    from customer_months
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
    cast(100 * sum(revenue) as bigint) as revenue_cents
from active_months
group by cohort_month, order_month
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


def _refuse_unknown(cohort_basis: str) -> None:
    if cohort_basis not in _COHORT_MONTHS:
        raise ValueError(
            f"cohort_basis is {cohort_basis!r}; allowed: {', '.join(sorted(_COHORT_MONTHS))}"
        )
