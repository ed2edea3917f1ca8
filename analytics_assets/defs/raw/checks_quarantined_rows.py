"""The contract of raw.quarantined_rows."""

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    accepted_values,
    in_range,
    no_rows,
    not_null,
    unique,
)

QUARANTINED_ROWS = Contract(
    table="raw.quarantined_rows",
    meaning="docs/methods.md#raw",
    key=("table_name", "file_name", "row_number"),
    columns={
        "table_name": "VARCHAR",
        "file_name": "VARCHAR",
        "row_number": "BIGINT",
        "column_name": "VARCHAR",
        "value": "VARCHAR",
        "reason": "VARCHAR",
        "row_content": "VARCHAR",
    },
    rules=(
        not_null("table_name", "file_name", "row_number", "reason"),
        unique(["table_name", "file_name", "row_number"]),
        accepted_values("table_name", ["customers", "orders", "order_items", "product_catalog"]),
        in_range("row_number", minimum=1),
        no_rows(
            "no row is quarantined",
            """
select table_name, file_name, row_number, column_name, value, reason
from raw.quarantined_rows
""",
            severity=WARN,
        ),
    ),
)
