"""What the staging tables must keep: nothing lost, nothing doubled, the money of the raw orders."""

from collections.abc import Callable

import pandas as pd

from analytics_assets.defs.staging.revenue import (
    REVENUE_ORDERS,
    STAGED_REVENUE_ORDERS,
    differing_months,
)
from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    AS_OF_DATE,
    WARN,
    JudgedRule,
    TolerantRule,
    Verdict,
    expression,
    has_rows,
    newest_event,
    no_rows,
    not_null,
    references,
    same_rows,
)
from analytics_assets.lib.checks.volume import usual_volume
from analytics_assets.lib.warehouse.literals import literals
from analytics_assets.variables import Variables

_IS_REVENUE = "is_revenue and net_amount > 0"
_MANY = 30
_OTHER_CURRENCY_UNNAMED = 0.01
_RATE_DAYS = 7


def _spelt_in_two_ways(column: str, row: str, amount: str, table: str) -> str:
    """Return the query for the rows whose id another one equals but for case and blanks."""
    bare = f"lower(replace({column}, ' ', ''))"
    return f"""
select {row}, {column}, {amount}
from {table}
where {bare} in (
    select {bare} from {table} where {column} is not null
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


INT_ITEMS_PER_ORDER = Contract(
    "staging.int_items_per_order",
    amount="items_total",
    reads=("staging.int_orders",),
    rules=(
        references(
            "every line belongs to an order",
            "order_id",
            "staging.int_orders",
            shown=["item_count", "items_total"],
            severity=WARN,
            amount="items_total",
            advice="the lines of these orders are left out; land the orders that are missing",
        ),
    ),
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
select sum(left_out) as left_out_orders, sum(other_currency) as other_currency_orders,
    count(*) as orders
from (
    select
        case when left_out_as is not null then 1 else 0 end as left_out,
        case when {is_other} then 1 else 0 end as other_currency
    from staging.stg_orders
) as orders
having sum(left_out) > {variables.tolerated_share} * count(*)
    or sum(other_currency) > {other} * count(*)
"""


def _judge_staleness(rows: pd.DataFrame) -> Verdict:
    """Judge the one row (newest DATE or NULL, as_of_date DATE, stale_after_days int)."""
    newest, as_of_date = (pd.Timestamp(rows[name].iloc[0]) for name in ("newest", "as_of_date"))
    allowed = int(rows["stale_after_days"].iloc[0])
    # Without any order the rule that the table has rows says so.
    if pd.isna(newest) or (days := (as_of_date - newest).days) <= allowed:
        return Verdict(rows.head(0))
    return Verdict(
        rows,
        message=(
            f"The orders are stale: the newest is of {newest:%Y-%m-%d}, {days} days before "
            f"as_of_date {as_of_date:%Y-%m-%d}, and stale_after_days is {allowed}. The marts were "
            "not rebuilt and stand as they were. Next: land the missing orders and run again; or "
            f"build as_of_date {newest:%Y-%m-%d}; or raise stale_after_days in ANALYTICS_VARS if "
            "the shop really sold nothing since"
        ),
    )


STALE_ORDERS = JudgedRule(
    "the orders are not stale",
    explanation="the newest is at most stale_after_days before as_of_date, or no mart is rebuilt",
    query=lambda table, variables: (
        f"select newest, as_of_date, {variables.stale_after_days} as stale_after_days\n"
        f"from (select max(order_day) as newest from {table}) as events\n"
        "cross join staging.stg_clock"
    ),
    judge=_judge_staleness,
)

STG_ORDERS = Contract(
    "staging.stg_orders",
    amount="net_amount",
    rules=(
        no_rows(
            "few orders are tests or of another currency",
            _too_much_left_out,
            explanation="at most tolerated_share, and 1 % of another currency than that of the "
            "most orders; else name the shop's currency in the variable currency",
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
        has_rows(),
        STALE_ORDERS,
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
where not exists (select 1 as found from staging.stg_orders where {_IS_REVENUE})
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
            explanation="in orders with lines, to a cent per line, or two where converted",
            amount="net_amount",
            by="difference",
            advice="sales follow the orders, products follow the lines; total_amount must be the "
            "goods before discount, without tax and shipping, and what holds the price of a whole "
            "line must be landed as line_total",
        ),
        TolerantRule(
            "every sale has lines",
            offending=lambda *_: (
                f"""
select order_id, order_day, net_amount
from staging.stg_orders
where item_count = 0 and {_IS_REVENUE}
"""
            ),
            amount="net_amount",
            advice="no product sees these orders; land their lines, under the same order_id",
        ),
        TolerantRule(
            "every named customer is known",
            offending=lambda *_: (
                """
select order_id, customer_id, net_amount
from staging.stg_orders
where customer_id is not null
    and customer_id not in (
        select customer_id from staging.stg_customers where customer_id is not null
    )
"""
            ),
            explanation="customer_id is in staging.stg_customers, or NULL",
            amount="net_amount",
            advice="these orders are in no customer's figures; both files must name customers by "
            "the same id, or leave customers.csv out, then they are taken from the orders",
        ),
        no_rows(
            "some customer has ordered twice",
            f"""
select orders.order_id, orders.customer_id, orders.net_amount
from staging.stg_orders as orders
cross join (
    select count(*) as orders, count(distinct customer_id) as customers
    from staging.stg_orders
    where customer_id is not null and {_IS_REVENUE}
) as counted
where counted.orders >= {_MANY} and counted.orders = counted.customers
    and orders.customer_id is not null and {_IS_REVENUE}
""",
            explanation=f"where there are at least {_MANY} sales to named customers",
            severity=WARN,
            amount="net_amount",
            advice="every customer has exactly one order: is customer_id made anew for each order? "
            "Then nobody comes back in any table; land what stays the same, such as an e-mail",
        ),
        no_rows(
            "no two customer ids differ only in case or blanks",
            _spelt_in_two_ways("customer_id", "order_id", "net_amount", "staging.stg_orders"),
            severity=WARN,
            amount="net_amount",
            advice="one person may be counted as two customers; write each id in one way",
        ),
        no_rows(
            "no order is before its customer signed up",
            """
select orders.order_id, orders.customer_id, orders.order_day, customers.signup_date,
    orders.net_amount
from staging.stg_orders as orders
inner join staging.stg_customers as customers on orders.customer_id = customers.customer_id
where orders.order_day < customers.signup_date
""",
            severity=WARN,
            amount="net_amount",
            advice="these orders are outside of the cohorts; look at registration_date",
        ),
        newest_event(
            "order_day",
            3,
            severity=WARN,
            advice="the newest days are missing; look at what fills the orders",
        ),
        usual_volume("order_day", "days are missing or doubled; look at what fills the orders"),
    ),
)


STG_RETURNS = Contract(
    "staging.stg_returns",
    amount="amount",
    rules=(
        same_rows(
            "the returns are those of staged orders up to as_of_date",
            ["return_id", "amount"],
            f"""
select return_id,
    case
        when exchange_rate is null then amount
        else round(so_far * exchange_rate, 2) - round((so_far - amount) * exchange_rate, 2)
    end as amount
from (
    select return_id, amount, exchange_rate, cast(sum(amount) over (
        partition by order_id order by returned_day, return_id
        rows between unbounded preceding and current row
    ) as decimal(18, 2)) as so_far
    from (
        select trim(landed.return_id) as return_id, orders.order_id, landed.amount,
            orders.exchange_rate,
            coalesce(cast(landed.returned_at as date), orders.order_day) as returned_day
        from raw.returns as landed
        inner join staging.stg_orders as orders on trim(landed.order_id) = orders.order_id
    ) as landed
    where returned_day <= {AS_OF_DATE}
) as landed
""",
        ),
        no_rows(
            "every return is of a known order",
            f"""
select trim(return_id) as return_id, order_id, amount
from raw.returns
where cast(returned_at as date) <= {AS_OF_DATE}
    and coalesce(trim(order_id), '') not in (
        select order_id from staging.stg_orders where order_id is not null
    )
""",
            severity=WARN,
            amount="amount",
            advice="these returns lower nobody's sales; land the orders that they are of",
        ),
        expression(
            "every return is of a sale",
            "is_of_a_sale",
            ["order_id", "amount"],
            severity=WARN,
            amount="amount",
            advice="their orders are no sales, so these returns count for nothing; look at the "
            "orders' statuses",
        ),
        expression(
            "no return is before its order",
            "returned_day >= order_day",
            ["order_id", "order_day", "returned_day", "amount"],
            severity=WARN,
            amount="amount",
            advice="they count all the same; look at the dates of these returns",
        ),
        expression(
            "every return has a day",
            "is_day_known",
            ["order_id", "amount"],
            severity=WARN,
            amount="amount",
            advice="they count on the day of their order, so closed days can change",
        ),
        expression(
            "every return names its product",
            "product_id is not null",
            ["order_id", "amount"],
            severity=WARN,
            amount="amount",
            advice="they lower sales and customers' worth, and no product's; land product_id or "
            "order_item_id with them",
        ),
        no_rows(
            "no order comes back with more than it was sold for",
            """
select returns.order_id, sum(returns.amount) as returned, max(orders.net_amount) as net_amount
from staging.stg_returns as returns
inner join staging.stg_orders as orders on returns.order_id = orders.order_id
where returns.is_of_a_sale
group by returns.order_id
having sum(returns.amount) > max(orders.net_amount)
""",
            severity=WARN,
            amount="returned",
            advice="these orders end below 0; look whether their returns hold tax or shipping",
        ),
    ),
)


def _frequent_products(condition: str) -> Callable[[Variables], str]:
    """Return the query for the products in more than 10 % of the baskets that are so."""

    def query(variables: Variables) -> str:
        excluded = variables.excluded_product_ids
        kept = f"and items.product_id not in ({literals(excluded)})" if excluded else ""
        return f"""
with basket_products as (
    select orders.order_id, items.product_id, max(items.unit_price) as unit_price
    from staging.stg_orders as orders
    inner join staging.stg_order_items as items on orders.order_id = items.order_id
    where orders.is_demand
        and orders.order_day > {AS_OF_DATE} - {variables.lookback_days}
        and items.product_id is not null
        {kept}
    group by orders.order_id, items.product_id
),
baskets as (
    select count(distinct order_id) as basket_count from basket_products
),
products as (
    select product_id, count(*) as product_baskets, max(unit_price) as highest_price
    from basket_products
    group by product_id
)
select products.product_id, catalog.product_name, products.product_baskets, baskets.basket_count
from products
cross join baskets
left join staging.stg_products as catalog on products.product_id = catalog.product_id
where products.product_baskets > 0.1 * baskets.basket_count
    and {condition}
"""

    return query


STG_ORDER_ITEMS = Contract(
    "staging.stg_order_items",
    amount="line_total",
    key_severity=WARN,
    key_advice="nothing counts by order_item_id, so no number is wrong; look at the lines' ids",
    rules=(
        references(
            "every line belongs to a staged order",
            "order_id",
            "staging.stg_orders",
            shown=["order_item_id"],
        ),
        no_rows(
            "no line is lost or multiplied",
            """
select lines.line_count, orders.line_count as expected_line_count,
    lines.amount, orders.amount as expected_amount
from (
    select count(*) as line_count, coalesce(sum(line_total), 0) as amount
    from staging.stg_order_items
) as lines
cross join (
    select coalesce(sum(item_count), 0) as line_count, coalesce(sum(items_total), 0) as amount
    from staging.stg_orders
) as orders
where lines.line_count <> orders.line_count or lines.amount <> orders.amount
""",
            explanation="as many lines, and as much in them, as the staged orders have",
        ),
        references(
            "every product is in the catalogue",
            "product_id",
            "staging.stg_products",
            shown=["order_item_id", "line_total"],
            severity=WARN,
            amount="line_total",
            advice="these products have no cost and no catalogue name; add them to the catalogue",
        ),
        no_rows(
            "every frequent product has a category",
            _frequent_products("catalog.product_category is null"),
            explanation="a product in more than 10 % of the baskets",
            severity=WARN,
            advice="it may be postage or a fee; name such codes in excluded_product_ids",
        ),
        no_rows(
            "every frequent product has a price",
            _frequent_products("products.highest_price <= 0"),
            explanation="a product in more than 10 % of the baskets",
            severity=WARN,
            advice="a sample or a gift is in many baskets and would be recommended with all; "
            "name it in excluded_product_ids",
        ),
        no_rows(
            "no two product ids differ only in case or blanks",
            _spelt_in_two_ways(
                "product_id", "order_item_id", "line_total", "staging.stg_order_items"
            ),
            severity=WARN,
            amount="line_total",
            advice="one product may be counted as two; write each id in one way",
        ),
    ),
)
