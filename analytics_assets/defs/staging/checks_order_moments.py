"""When the staged orders were placed: of recent days, none missing, none that stands for no day."""

import pandas as pd

from analytics_assets.lib.checks.rules import WARN, JudgedRule, Rule, TolerantRule, Verdict, no_rows
from analytics_assets.lib.checks.volume import usual_volume

RECENT_DAYS = 3
_MANY_ORDERS = 50
_MONTHS = "select distinct order_month from staging.stg_orders where order_month is not null"
# Placeholders of databases and spreadsheets for a day that is not known.
_NO_DAYS = "date '1970-01-01', date '1900-01-01', date '1899-12-30', date '1899-12-31'"


def _judge_staleness(rows: pd.DataFrame) -> Verdict:
    """Judge the one row (newest DATE or NULL, as_of_date DATE, stale_after_days int)."""
    newest, as_of_date = (pd.Timestamp(rows[name].iloc[0]) for name in ("newest", "as_of_date"))
    allowed = int(rows["stale_after_days"].iloc[0])
    if pd.isna(newest):
        return Verdict(
            rows,
            message=f"There is no order up to as_of_date {as_of_date:%Y-%m-%d}. The marts were not "
            "rebuilt and stand as they were. Next: land orders, or build a later as_of_date",
        )
    days = (as_of_date - newest).days
    if days <= min(RECENT_DAYS, allowed):
        return Verdict(rows.head(0))
    found = (
        f"the newest is of {newest:%Y-%m-%d}, {days} days before as_of_date {as_of_date:%Y-%m-%d}"
    )
    if days <= allowed:
        return Verdict(
            rows,
            message=f"The orders are not recent: {found}. Look at what fills the orders; after "
            f"more than {allowed} days, stale_after_days, no mart is rebuilt",
            is_tolerated=True,
        )
    return Verdict(
        rows,
        message=(
            f"The orders are stale: {found}, and stale_after_days is {allowed}. The marts were "
            "not rebuilt and stand as they were. Next: land the missing orders and run again; or "
            f"build as_of_date {newest:%Y-%m-%d}; or raise stale_after_days in ANALYTICS_VARS if "
            "the shop really sold nothing since"
        ),
    )


STALE_ORDERS = JudgedRule(
    "the orders are not stale",
    explanation=f"the newest is at most {RECENT_DAYS} days before as_of_date; up to "
    "stale_after_days it only warns, beyond them no mart is rebuilt",
    query=lambda table, variables: (
        f"select newest, as_of_date, {variables.stale_after_days} as stale_after_days\n"
        f"from (select max(order_day) as newest from {table}) as events\n"
        "cross join staging.stg_clock"
    ),
    judge=_judge_staleness,
)

ORDER_MOMENTS: tuple[Rule, ...] = (
    STALE_ORDERS,
    TolerantRule(
        "every order has a day of its own",
        offending=lambda *_: (
            f"""
select cast(order_day as varchar) as no_day, order_id, net_amount
from staging.stg_orders
where order_day in ({_NO_DAYS})
"""
        ),
        explanation="not 1970-01-01 or 1900-01-01, which stand for no day",
        amount="net_amount",
        by="no_day",
        by_rows=True,
        advice="these orders are on a day that stands for none; land the column that says "
        "when they were placed",
    ),
    no_rows(
        "orders are of many moments",
        # A moment that has more than half of all is of a day that has.
        f"""
with counted as (
    select count(*) as orders, min(order_day) as first_day, max(order_day) as last_day
    from staging.stg_orders
),
days as (
    select order_day, count(*) as orders from staging.stg_orders group by order_day
),
moments as (
    select orders.order_date, count(*) as orders
    from staging.stg_orders as orders
    inner join days on orders.order_day = days.order_day
    cross join counted
    where 2 * days.orders > counted.orders
    group by orders.order_date
)
select orders.order_id, orders.order_date, orders.net_amount
from staging.stg_orders as orders
inner join moments on orders.order_date = moments.order_date
cross join counted
where counted.orders >= {_MANY_ORDERS}
    and 2 * moments.orders > counted.orders
    and (counted.last_day > counted.first_day + 7
        or orders.order_date > cast(orders.order_day as timestamp))
""",
        explanation="no second, or day where only days are known, has more than half of all",
        severity=WARN,
        amount="net_amount",
        advice="this may be the moment of an import; land the column that says when each "
        "order was placed",
    ),
    no_rows(
        "no month is missing",
        f"""
select order_month, month_before
from (
    select order_month, lag(order_month) over (order by order_month) as month_before
    from ({_MONTHS}) as months
) as months
where order_month > month_before + interval '1 month'
""",
        explanation="each month between the first and the last has an order",
        severity=WARN,
        among=f"select count(*) from ({_MONTHS}) as months",
        advice="if a file of the export was left out, land it too; who buys before and after "
        "the gap seems to have stayed away",
    ),
    usual_volume("order_day", "days are missing or doubled; look at what fills the orders"),
)
