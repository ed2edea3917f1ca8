"""What the returns must keep: they are of known sales, and of no more than was sold."""

from analytics_assets.lib.checks.contract import Contract
from analytics_assets.lib.checks.rules import (
    AS_OF_DATE,
    WARN,
    expression,
    no_rows,
    same_rows,
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
