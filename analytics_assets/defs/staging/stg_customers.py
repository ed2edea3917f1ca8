"""The contract of staging.stg_customers."""

from analytics_assets.lib.checks.agreement import same
from analytics_assets.lib.checks.clock import AS_OF_DATE
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    expression,
    no_rows,
    not_null,
    references,
    unique,
)

STG_CUSTOMERS = Contract(
    table="staging.stg_customers",
    meaning="docs/methods.md#staging-views",
    key=("customer_id",),
    is_view=True,
    columns={
        "customer_id": "VARCHAR",
        "customer_name": "VARCHAR",
        "first_name": "VARCHAR",
        "last_name": "VARCHAR",
        "email": "VARCHAR",
        "phone": "VARCHAR",
        "address": "VARCHAR",
        "city": "VARCHAR",
        "state": "VARCHAR",
        "zip_code": "VARCHAR",
        "customer_segment": "VARCHAR",
        "signup_date": "DATE",
        "signup_month": "DATE",
        "signup_year": "INTEGER",
        "days_since_signup": "INTEGER",
    },
    rules=(
        not_null("customer_id"),
        unique(["customer_id"]),
        references(
            "every customer is in raw customers",
            "customer_id",
            "raw.customers",
            trimmed=True,
        ),
        no_rows(
            "no registered customer is lost",
            f"""
select trim(customer_id) as customer_id, registration_date
from raw.customers as landed
where (registration_date is null or registration_date <= {AS_OF_DATE})
    and not exists (
        select 1
        from staging.stg_customers as staged
        where staged.customer_id = trim(landed.customer_id)
    )
""",
            explanation="registered by as_of_date, or without a registration date",
        ),
        not_null("signup_date", severity=WARN),
        expression(
            "nobody signed up after as_of_date",
            f"signup_date <= {AS_OF_DATE}",
            ["signup_date"],
        ),
        expression(
            "signup_month and signup_year are those of signup_date",
            same("signup_month", "cast(date_trunc('month', signup_date) as date)")
            + " and "
            + same("signup_year", "extract(year from signup_date)"),
            ["signup_date", "signup_month", "signup_year"],
        ),
        expression(
            "days_since_signup runs from signup_date to as_of_date",
            same("days_since_signup", f"{AS_OF_DATE} - signup_date"),
            ["signup_date", "days_since_signup"],
        ),
        expression(
            "a name survives the loss of one half",
            "(customer_name is null)"
            " = (coalesce(trim(first_name), '') = '' and coalesce(trim(last_name), '') = '')",
            ["customer_name", "first_name", "last_name"],
            explanation="customer_name is NULL only where both names are missing",
        ),
    ),
)
