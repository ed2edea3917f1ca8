"""What the raw tables must keep before anything is built from them."""

from analytics_assets.defs.raw.specs import RAW_TABLES
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    WARN,
    Rule,
    expression,
    has_rows,
    in_range,
    no_rows,
    not_null,
)
from analytics_assets.lib.warehouse.literals import literal

_QUARANTINE = "raw.quarantined_rows"


def _few_rows_quarantined(table: str) -> Rule:
    gone = f"select count(*) from {_QUARANTINE} where table_name = {literal(table)}"
    came = f"select (select count(*) as row_count from raw.{table}) + ({gone})"
    return no_rows(
        "at most five percent of the rows are quarantined",
        f"""
select row_number, column_name, value, reason
from {_QUARANTINE}
where table_name = {literal(table)} and ({gone}) > 0.05 * ({came})
""",
        explanation="of those that came, landed or not",
        among=came,
        advice="look up the reasons in raw.quarantined_rows, mend the file, land it again",
    )


CUSTOMERS = Contract("raw.customers", rules=(_few_rows_quarantined("customers"),))

ORDERS = Contract(
    "raw.orders",
    amount="total_amount",
    rules=(
        has_rows(),
        not_null(
            "order_date",
            "total_amount",
            severity=WARN,
            amount="total_amount",
            advice="an order without a date or an amount counts for nothing; look at its source",
        ),
        in_range("discount_percent", minimum=0, maximum=100),
        in_range(
            "discount_amount",
            minimum=0,
            severity=WARN,
            amount="discount_amount",
            advice="it raises what the order is worth; look at the sign of these discounts",
        ),
        in_range(
            "shipping_cost",
            minimum=0,
            severity=WARN,
            advice="it lowers final_amount; look at the shipping of these orders",
        ),
        _few_rows_quarantined("orders"),
    ),
)

ORDER_ITEMS = Contract(
    "raw.order_items",
    amount="line_total",
    checks_key=False,  # staging.stg_order_items does
    rules=(
        has_rows(),
        expression(
            "a line has a quantity above 0",
            "quantity > 0",
            ["quantity", "line_total"],
            severity=WARN,
            amount="line_total",
            advice="a line sent back is in no basket; land it as a return",
        ),
        expression(
            "line_total is quantity times unit_price",
            "abs(line_total - quantity * unit_price) <= 0.005 * abs(quantity)",
            ["quantity", "unit_price", "line_total"],
            severity=WARN,
            explanation="but for the rounding of unit_price to cents",
            amount="line_total",
            advice="unit_price may hold the price of the whole line; look at these lines",
        ),
        _few_rows_quarantined("order_items"),
    ),
)

PRODUCT_CATALOG = Contract(
    "raw.product_catalog",
    key_advice="staging keeps the first of a repeated product; look at the catalogue",
    rules=(
        in_range(
            "price",
            "unit_cost",
            "stock_quantity",
            minimum=0,
            severity=WARN,
            advice="margin and stock of these products are wrong; look at the catalogue",
        ),
        expression(
            "no product costs more than its price",
            "unit_cost <= price",
            ["unit_cost", "price"],
            severity=WARN,
            advice="it is sold at a loss, or its cost is wrong; look at the catalogue",
        ),
        _few_rows_quarantined("product_catalog"),
    ),
)

RETURNS = Contract(
    "raw.returns",
    amount="amount",
    rules=(
        in_range(
            "amount",
            minimum=0,
            severity=WARN,
            amount="amount",
            advice="a negative return raises sales; look at the sign of these amounts",
        ),
        _few_rows_quarantined("returns"),
    ),
)

EXCHANGE_RATES = Contract(
    "raw.exchange_rates",
    rules=(
        expression(
            "a rate is above 0",
            "rate > 0",
            ["rate"],
            null_fails=True,
            severity=WARN,
            advice="it is left out, and the newest rate before it holds on; mend these rows",
        ),
        _few_rows_quarantined("exchange_rates"),
    ),
)

QUARANTINED_ROWS = Contract(
    "raw.quarantined_rows",
    rules=(
        no_rows(
            "no row is quarantined",
            "select table_name, file_name, row_number, column_name, value, reason\n"
            "from raw.quarantined_rows",
            severity=WARN,
            among="select "
            + " + ".join(f"(select count(*) from raw.{name})" for name in RAW_TABLES),
            advice="these rows count for nothing; mend them in the file and land it again",
        ),
    ),
)
