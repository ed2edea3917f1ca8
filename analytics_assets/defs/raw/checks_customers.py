"""The contract of raw.customers."""

from analytics_assets.defs.raw.checks_quarantine import few_rows_quarantined
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import WARN, has_rows, not_blank, unique_text

CUSTOMERS = Contract(
    table="raw.customers",
    meaning="docs/methods.md#raw",
    key=("customer_id",),
    columns={
        "customer_id": "VARCHAR",
        "first_name": "VARCHAR",
        "last_name": "VARCHAR",
        "email": "VARCHAR",
        "phone": "VARCHAR",
        "address": "VARCHAR",
        "city": "VARCHAR",
        "state": "VARCHAR",
        "zip_code": "VARCHAR",
        "registration_date": "DATE",
        "customer_segment": "VARCHAR",
    },
    rules=(
        has_rows(severity=WARN),
        not_blank("customer_id"),
        unique_text("customer_id"),
        few_rows_quarantined("customers"),
    ),
)
