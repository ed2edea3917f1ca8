"""What clock, statuses, customers and products must keep; orders have files of their own."""

from analytics_assets.lib.checks.contract import AS_DESCRIBED, Contract
from analytics_assets.lib.checks.rules import (
    AS_OF_DATE,
    WARN,
    expression,
    no_rows,
    not_null,
    same_rows,
)
from analytics_assets.variables import Variables


def spelt_in_two_ways(column: str, row: str, amount: str, table: str, other: str = "") -> str:
    """Return the query for the rows whose id another one equals but for case, blanks and zeros.

    Zeros are those before it; the other one is in ``table`` or in the table ``other``.
    """
    bare = f"ltrim(lower(replace({column}, ' ', '')), '0')"
    ids = f"select {column} from {table}"
    if other:
        ids = f"select {column} from ({ids} union all select {column} from {other}) as both_tables"
    return f"""
select {row}, {column}, {amount}
from {table}
where {bare} in (
    select {bare} from ({ids}) as ids where {column} is not null
    group by {bare} having min({column}) <> max({column})
)
"""


STG_CLOCK = Contract(
    "staging.stg_clock",
    rules=(
        no_rows(
            "there is one as_of_date",
            "select count(*) as clocks, count(as_of_date) as dates from staging.stg_clock\n"
            "having count(*) <> 1 or count(as_of_date) <> 1",
            check=AS_DESCRIBED,
            explanation="the variable, or the day of the newest order",
        ),
    ),
)

ORDER_STATUSES = Contract(
    "staging.order_statuses",
    rules=(
        expression(
            "raw_status is written as orders are compared",
            "raw_status = lower(trim(raw_status))",
            ["raw_status"],
            check=AS_DESCRIBED,
            explanation="lower case, without blanks around it",
        ),
        no_rows(
            "every status counts for one thing",
            """
select order_status, count(*) as spellings
from staging.order_statuses
group by order_status
having min(cast(is_demand as integer)) <> max(cast(is_demand as integer))
    or min(cast(is_revenue as integer)) <> max(cast(is_revenue as integer))
    or max(cast(is_revenue as integer)) > max(cast(is_demand as integer))
""",
            check=AS_DESCRIBED,
            explanation="two spellings are both demand or not, both revenue or not; revenue is "
            "demand",
        ),
    ),
)


def _expected_customers(variables: Variables) -> str:
    registered = f"""
    select trim(customer_id) as customer_id, lower(trim(email)) as address, registration_date
    from raw.customers
    where registration_date is null or registration_date <= {AS_OF_DATE}
"""
    if variables.customers_by == "customer_id":
        return f"select customer_id from ({registered}) as accounts"
    return f"""
select customer_id
from (
    select customer_id, row_number() over (
        partition by case when address <> '' then address else 'account ' || customer_id end
        order by registration_date nulls last, customer_id
    ) as place
    from ({registered}) as accounts
) as placed
where place = 1
union
select customer_id from staging.int_persons where kind = 'order' and customer_id like 'guest-%'
"""


STG_CUSTOMERS = Contract(
    "staging.stg_customers",
    rules=(
        same_rows(
            "the customers are those registered by as_of_date",
            ["customer_id"],
            _expected_customers,
            explanation="or without a registration date; by e-mail the oldest account of each "
            "address, and each address without an account",
        ),
        not_null(
            "signup_date",
            severity=WARN,
            advice="these customers belong to the cohort of their first order; land "
            "registration_date with the customers if the shop knows it",
        ),
    ),
)

STG_PRODUCTS = Contract(
    "staging.stg_products",
    rules=(
        same_rows(
            "the products are those of the catalogue",
            ["product_id"],
            "select trim(product_id) as product_id from raw.product_catalog "
            "where trim(product_id) <> ''",
        ),
    ),
)
