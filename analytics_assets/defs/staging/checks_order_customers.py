"""Whose the staged orders are: of known customers, each one person with one id."""

from analytics_assets.defs.staging.checks import spelt_in_two_ways
from analytics_assets.defs.staging.revenue import IS_REVENUE
from analytics_assets.lib.checks.rules import WARN, Rule, TolerantRule, no_rows
from analytics_assets.lib.warehouse.literals import literals

_MANY = 30
# What shops write where nobody is signed in.
_NOBODY = (
    *("", "0", "-1", "-", "--", "null", "none", "nan", "na", "n/a", "#n/a", "nil"),
    *("guest", "gast", "guests", "anonymous", "anonym", "unknown", "unbekannt", "walk-in"),
)
_OUTSIZED_SHARE = 0.05

ORDER_CUSTOMERS: tuple[Rule, ...] = (
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
    where customer_id is not null and {IS_REVENUE}
) as counted
where counted.orders >= {_MANY} and counted.orders = counted.customers
    and orders.customer_id is not null and {IS_REVENUE}
""",
        explanation=f"where there are at least {_MANY} sales to named customers",
        severity=WARN,
        amount="net_amount",
        advice="every customer has exactly one order: is customer_id made anew for each order? "
        "Then nobody comes back in any table; land what stays the same, such as an e-mail",
    ),
    no_rows(
        "no customer id stands for many people",
        f"""
select orders.order_id, orders.customer_id, orders.net_amount
from staging.stg_orders as orders
inner join (
    select customer_id, count(*) as orders
    from staging.stg_orders
    where customer_id is not null and {IS_REVENUE}
    group by customer_id
) as customers on orders.customer_id = customers.customer_id
cross join (
    select count(*) as orders, count(distinct customer_id) as customers
    from staging.stg_orders
    where customer_id is not null and {IS_REVENUE}
) as counted
where {IS_REVENUE}
    and customers.orders > 1
    and (
        lower(trim(orders.customer_id)) in ({literals(_NOBODY)})
        or (counted.customers >= {_MANY} and customers.orders >= {_MANY}
            and customers.orders > {_OUTSIZED_SHARE} * counted.orders)
    )
""",
        explanation=f"no word for nobody, and none with more than {_OUTSIZED_SHARE:.0%} of the "
        "sales of named customers",
        severity=WARN,
        amount="net_amount",
        advice="if guests share this id, they count as one loyal customer in every table; "
        'write it into shop.yml, such as `guests: ["0"]`, and they count as unknown',
    ),
    no_rows(
        "no two customer ids differ only in case, blanks or leading zeros",
        spelt_in_two_ways("customer_id", "order_id", "net_amount", "staging.stg_orders"),
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
)
