"""What the staged orders must keep: nothing lost, nothing doubled, the money of the raw orders."""

from analytics_assets.defs.staging.checks_order_customers import ORDER_CUSTOMERS
from analytics_assets.defs.staging.checks_order_moments import ORDER_MOMENTS
from analytics_assets.defs.staging.revenue import (
    IS_REVENUE,
    REVENUE_ORDERS,
    STAGED_REVENUE_ORDERS,
    differing_months,
)
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    AS_OF_DATE,
    WARN,
    TolerantRule,
    expression,
    no_rows,
    same_rows,
)
from analytics_assets.lib.warehouse.literals import literal, literals
from analytics_assets.variables import Variables

_OTHER_CURRENCY_UNNAMED = 0.01
_RATE_DAYS = 7
_MANY_ORDERS = 50
_MANY_TOTALS = 20
# Currencies without cents, and those whose prices seldom have any.
_NO_CENTS = (
    *("JPY", "KRW", "VND", "IDR", "CLP", "PYG", "ISK", "UGX", "XAF", "XOF", "XPF", "RWF", "BIF"),
    *("DJF", "GNF", "KMF", "VUV", "IRR", "LAK", "MMK", "UZS", "LBP", "IQD"),
)
_SELDOM_CENTS = (
    *("SEK", "NOK", "DKK", "CZK", "HUF", "INR", "RUB", "THB", "PHP", "TWD", "COP", "ARS", "MXN"),
    *("KZT", "UAH", "TRY", "KES", "NGN", "PKR", "LKR", "BDT", "NPR", "TZS", "RSD", "CRC", "DOP"),
)


def _too_much_left_out(variables: Variables) -> str:
    # What nobody named is the shop's currency only where nearly all orders have it: else nobody
    # knows what the exchange rates convert to either.
    if variables.currency:
        other, is_other = variables.tolerated_share, "left_out_as = 'other_currency'"
    else:
        other = _OTHER_CURRENCY_UNNAMED
        is_other = "left_out_as = 'other_currency' or exchange_rate is not null"
    return f"""
select orders.order_id, orders.left_out_as, orders.exchange_rate, orders.net_amount
from staging.stg_orders as orders
cross join (
    select
        count(*) as orders,
        count(left_out_as) as left_out,
        count(case when {is_other} then 1 end) as other_currency
    from staging.stg_orders
) as counted
where (left_out_as is not null or {is_other})
    and (counted.left_out > {variables.tolerated_share} * counted.orders
        or counted.other_currency > {other} * counted.orders)
"""


def _in_cents(variables: Variables) -> str:
    # What is priced in a whole currency has prices under 100, or such as 1980 that end in 0.
    named = literal(variables.currency and variables.currency.upper())
    return f"""
with orders as (
    select order_id, total_amount, items_total, net_amount,
        total_quantity,
        coalesce(currency, {named}, '') as money
    from staging.stg_orders
    where total_amount <> 0 and items_total <> 0 and exchange_rate is null
),
counted as (
    select money,
        count(*) as orders,
        count(distinct total_amount) as totals,
        count(case when total_amount <> floor(total_amount)
            or items_total <> floor(items_total) then 1 end) as with_cents,
        count(case when abs(items_total) < 100 * abs(total_quantity) then 1 end) as small,
        count(case when mod(total_amount, 10) <> 0 then 1 end) as not_of_tens,
        count(case when mod(total_amount, 100) <> 0 then 1 end) as not_of_hundreds
    from orders
    group by money
)
select orders.order_id, orders.total_amount, orders.items_total, orders.net_amount
from orders
inner join counted on orders.money = counted.money
where counted.orders >= {_MANY_ORDERS}
    and counted.totals >= {_MANY_TOTALS}
    and counted.with_cents = 0
    and counted.small <= 0.05 * counted.orders
    and counted.money not in ({literals(_NO_CENTS)})
    and case
        when counted.money in ({literals(_SELDOM_CENTS)}) then counted.not_of_hundreds = 0
        when counted.money = '' then counted.not_of_tens >= 0.5 * counted.orders
        else true
    end
"""


STG_ORDERS = Contract(
    "staging.stg_orders",
    amount="net_amount",
    rules=(
        no_rows(
            "few orders are tests or of another currency",
            _too_much_left_out,
            explanation="at most tolerated_share, and 1 % of another currency than that of the "
            "most orders; else name the shop's currency in the variable currency",
            amount="net_amount",
        ),
        expression(
            "no order is a test or of another currency",
            "left_out_as is null",
            ["left_out_as", "net_amount"],
            severity=WARN,
            amount="net_amount",
            advice="these orders count for nothing; add the exchange rates that are missing, or "
            "land another currency in a shop of its own",
        ),
        *ORDER_MOMENTS,
        same_rows(
            "the orders are those up to as_of_date",
            ["order_id"],
            f"select order_id from staging.int_orders where order_day <= {AS_OF_DATE}",
        ),
        no_rows(
            "revenue is that of the landed revenue orders",
            differing_months(
                STAGED_REVENUE_ORDERS, f"{REVENUE_ORDERS} and order_day <= {AS_OF_DATE}"
            ),
            explanation="to the cent, in every month",
        ),
        no_rows(
            "there is revenue",
            f"""
select order_id, net_amount
from staging.stg_orders
where not exists (select 1 as found from staging.stg_orders where {IS_REVENUE})
""",
            explanation="no order has an amount above 0 and a status that counts as money",
            amount="net_amount",
            advice="`make shop DIR=...` shows what each word of the status column is taken for",
        ),
        TolerantRule(
            "every sale has an amount",
            offending=lambda *_: (
                """
select order_id, order_day, net_amount
from staging.stg_orders
where is_revenue and net_amount is null
"""
            ),
            explanation="it may be 0, not missing",
            amount="net_amount",
            by_rows=True,
            advice="sales without an amount count for nothing; land total_amount with them, the "
            "goods before discount, without tax and shipping",
        ),
        TolerantRule(
            "every status is known",
            offending=lambda *_: (
                """
select coalesce(landed.raw_status, '(none)') as unknown_status, orders.order_id, orders.net_amount
from staging.stg_orders as orders
inner join staging.int_orders as landed on orders.order_id = landed.order_id
where orders.order_status = 'unknown'
"""
            ),
            amount="net_amount",
            by="unknown_status",
            advice="an order whose status nobody knows counts for nothing; add "
            "`statuses: {<value>: completed}` to shop.yml, or what the word means, and the same "
            "for each word",
        ),
        TolerantRule(
            "every order is in the shop's currency",
            offending=lambda *_: (
                """
select
    currency || ' from '
    || cast(min(order_day) over (partition by currency) as varchar) as currency_from,
    order_id,
    net_amount
from staging.stg_orders
where left_out_as = 'other_currency'
"""
            ),
            explanation="that of the most orders, or has an exchange rate",
            amount="net_amount",
            by="currency_from",
            by_rows=True,
            advice="these cannot be added to the others and count for nothing; add a row to "
            "exchange_rates for <value>, likewise for each currency named here, or raise the "
            "variable tolerated_share to leave these orders out",
        ),
        expression(
            "every exchange rate is of the week before its order",
            f"exchange_rate_day >= order_day - {_RATE_DAYS}",
            ["currency", "order_day", "exchange_rate_day", "net_amount"],
            explanation=f"at most {_RATE_DAYS} days old",
            severity=WARN,
            amount="net_amount",
            advice="these orders are converted at an old rate; add newer rows to exchange_rates",
        ),
        expression(
            "a sale has no negative amount",
            "total_amount >= 0 or not is_revenue",
            ["order_status", "total_amount"],
            severity=WARN,
            amount="net_amount",
            advice="a negative sale counts for nothing; land what came back as returns",
        ),
        TolerantRule(
            "total_amount is the sum of the lines",
            offending=lambda *_: (
                """
select orders.order_id, orders.total_amount, orders.items_total, orders.net_amount,
    case
        when abs(lines.unit_prices - orders.total_amount) <= orders.rounding
            then 'by exactly the quantity: unit_price holds the total of the line'
        when abs(orders.items_total - 100 * orders.total_amount) <= 100 * orders.rounding
            and orders.total_amount <> 0
            then 'by exactly 100: the lines are in cents, cents: [unit_price, line_total] in '
            || 'shop.yml divides them'
        when abs(orders.total_amount - 100 * orders.items_total) <= 100 * orders.rounding
            and orders.items_total <> 0
            then 'by exactly 100: the orders are in cents, cents: [total_amount] in shop.yml '
            || 'divides them'
        when orders.items_total < orders.total_amount then 'the lines hold less'
        else 'the lines hold more'
    end as difference
from (
    select *, 0.01 * item_count * (1 + coalesce(exchange_rate, 0)) as rounding
    from staging.stg_orders
) as orders
inner join staging.int_items_per_order as lines on orders.order_id = lines.order_id
where abs(orders.total_amount - orders.items_total) > orders.rounding
"""
            ),
            explanation="in orders with lines, to a cent per line, and where converted one more of "
            "its own currency",
            amount="net_amount",
            by="difference",
            advice="sales follow the orders, products follow the lines; total_amount must be the "
            "goods before discount, without tax and shipping, and what holds the price of a whole "
            "line must be landed as line_total",
        ),
        no_rows(
            "no amounts are in cents",
            _in_cents,
            explanation=f"at least {_MANY_ORDERS} orders of a currency with cents, none of which "
            "has any, and hardly a price under 100",
            severity=WARN,
            amount="net_amount",
            advice="if 1999 stands for 19.99, all money is 100 times too much: write "
            "`cents: true` into shop.yml; if the currency has no cents, name it there, such as "
            "`currency: JPY`",
        ),
        TolerantRule(
            "every sale has lines",
            offending=lambda *_: (
                f"""
select order_id, order_day, net_amount
from staging.stg_orders
where item_count = 0 and {IS_REVENUE}
"""
            ),
            amount="net_amount",
            advice="no product sees these orders; land their lines, under the same order_id",
        ),
        *ORDER_CUSTOMERS,
    ),
)
