"""What the report says, as SQL on the published copy. Each statement stands alone and can be typed.

A period is a calendar week (Monday to Sunday) or month that has ended and is settled; daily_sales
says which days are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from analytics_assets.defs.published.change import Sales, Split, split

# The last settled day, or the day before the first where none is.
SETTLED_UNTIL = """
    select coalesce(
        (select max(order_day) from analytics.daily_sales where is_settled),
        (select min(order_day) - 1 from analytics.daily_sales),
        (select max(as_of_date) from staging.stg_clock)
    )
"""
SALES = """
    select
        count(distinct coalesce('id ' || customer_id, 'order ' || order_id)),
        count(*),
        coalesce(sum(net_amount), 0)
    from staging.stg_orders
    where is_revenue and net_amount > 0 and order_day between $first and $last
"""
OPEN = """
    select coalesce(sum(open_orders), 0), coalesce(sum(open_amount), 0)
    from analytics.daily_sales
    where order_day > $settled
"""
MONTHS = """
    select cast(date_trunc('month', order_day) as date) as month, sum(net_amount) as revenue
    from staging.stg_orders
    where is_revenue and net_amount > 0 and order_day <= $settled
    group by month order by month desc limit 24
"""
WEEKS = """
    select cast(date_trunc('week', order_day) as date) as week, sum(net_amount) as revenue
    from staging.stg_orders
    where is_revenue and net_amount > 0 and order_day <= $settled
    group by week order by week desc limit 27
"""
RETENTION = """
    select calendar_month, retention_index from analytics.monthly_retention_index
    where is_complete and retention_index is not null order by calendar_month desc limit 24
"""
# Settled days only: in others orders were still open when they were filled.
TREND = """
    select as_of_date, active_customers, net_sales_28d from analytics.shop_history
    where is_settled
        and as_of_date <= (select max(as_of_date) from staging.stg_clock)
        and as_of_date > (select max(as_of_date) from staging.stg_clock) - 1096
    order by as_of_date
"""
_FEWEST_DAYS = 8  # fewer are no trend
# Title -> what to know, SQL. Columns become headings; names of customers stand beside ids.
TABLES: Mapping[str, tuple[str, str]] = {
    "What to do today": (
        "Customers about to be lost, by revenue times the chance that they buy again: call the "
        "first.",
        """
        select segmentation.customer_name as customer, segmentation.customer_id as id,
            segmentation.total_revenue as revenue, worth.last_order_date as last_order,
            cast(1 - forecast.churn_probability as decimal(4, 2)) as chance_to_buy,
            segmentation.recommended_action as action
        from analytics.customer_segmentation as segmentation
        inner join analytics.customer_lifetime_value as worth
            on segmentation.customer_id = worth.customer_id
        inner join analytics.customer_value_forecast as forecast
            on segmentation.customer_id = forecast.customer_id
        where segmentation.behavioral_segment in ('cant_lose_them', 'at_risk')
            and forecast.churn_probability is not null
        order by segmentation.total_revenue * (1 - forecast.churn_probability) desc,
            segmentation.customer_id
        limit 10
        """,
    ),
    "Best customers": (
        "By revenue of the last 365 days.",
        """
        select worth.customer_name as customer, worth.customer_id as id,
            worth.estimated_annual_value as last_365_days, worth.total_revenue as revenue_ever,
            worth.total_orders as orders, worth.last_order_date as last_order,
            segmentation.behavioral_segment as segment
        from analytics.customer_lifetime_value as worth
        inner join analytics.customer_segmentation as segmentation
            on worth.customer_id = segmentation.customer_id
        where worth.estimated_annual_value > 0
        order by worth.estimated_annual_value desc, worth.customer_id
        limit 10
        """,
    ),
    "Segments that moved": (
        "The largest moves within a month, and the revenue that these customers ever brought.",
        """
        select segment_before as was, segment_now as is_now, customers, revenue_now as revenue
        from analytics.segment_migration
        where segment_before <> segment_now
        order by customers desc, segment_before, segment_now
        limit 10
        """,
    ),
    "From gross to net": (
        "By month, settled days only. Returned of these sales can still grow; returned this month "
        "cannot.",
        """
        select cast(date_trunc('month', order_day) as date) as month,
            sum(gross_sales) as gross_sales, sum(discounts) as discounts, sum(sales) as sales,
            sum(returns_of_these_sales) as returned_of_these, sum(net_sales) as net_sales,
            sum(returned_this_day) as returned_this_month,
            cast(100 * cast(sum(new_customer_sales) as double precision) / nullif(sum(sales), 0)
                as decimal(5, 1)) as percent_of_new_customers
        from analytics.daily_sales
        where is_settled
        group by cast(date_trunc('month', order_day) as date)
        order by month desc
        limit 4
        """,
    ),
    "Best sellers": (
        "By what they kept after returns; the margin where the cost is known.",
        """
        select product_name as product, cast(units_sold as bigint) as units, sales,
            returned_amount as returned, net_sales,
            cast(100 * share_of_net_sales as decimal(5, 1)) as percent_of_all,
            cast(margin_percent as decimal(5, 1)) as margin_percent
        from analytics.product_performance
        order by net_sales desc, product_id
        limit 5
        """,
    ),
    "What comes back most": (
        "By what is sure of it, so that one unit of two is no news.",
        """
        select product_name as product, cast(units_sold as bigint) as units,
            cast(units_returned as bigint) as returned,
            cast(100 * return_rate as decimal(5, 1)) as percent,
            cast(100 * return_rate_lower_bound as decimal(5, 1)) as at_least,
            returned_amount as amount
        from analytics.product_performance
        where units_returned > 0
        order by return_rate_lower_bound desc nulls last, product_id
        limit 5
        """,
    ),
    "Why it comes back": (
        "",
        """
        select coalesce(reason, 'none given') as reason, count(*) as returns,
            sum(amount) as amount,
            cast(avg(cast(datediff('day', order_day, returned_day) as double precision))
                as decimal(6, 1)) as days_after_the_sale
        from staging.stg_returns
        where is_of_a_sale
        group by coalesce(reason, 'none given')
        order by amount desc, reason
        limit 8
        """,
    ),
    "Bought together": (
        "Related pairs: how often, against what baskets like these would give.",
        """
        select product_a_name as product, product_b_name as with_product,
            times_bought_together as times, cast(adjusted_lift as decimal(8, 1)) as times_expected,
            affinity_strength as strength
        from analytics.product_affinity
        where affinity_strength <> 'very_weak'
        order by adjusted_lift_lower_bound desc, product_a_id, product_b_id
        limit 10
        """,
    ),
    "Recommendations": (
        "The strongest, to show beside a product.",
        """
        select source_product_name as beside, recommended_product_name as recommend,
            recommendation_message as because
        from analytics.product_recommendations
        where recommendation_basis = 'affinity'
        order by score desc, source_product_id, recommended_product_id
        limit 8
        """,
    ),
    "Cohorts": (
        "The newest cohorts a month after signup, as far as that month is settled.",
        """
        select strftime(cohort_month, '%Y-%m') as signed_up, cohort_size as customers,
            active_customers as bought_in_month_1,
            cast(100 * retention_rate as decimal(5, 1)) as percent, cohort_health as health
        from analytics.monthly_cohorts
        where months_since_signup = 1 and is_complete
            and cohort_month < (
                select date_trunc('month', max(order_day) + 1) from analytics.daily_sales
                where is_settled
            ) - interval '1 month'
        order by cohort_month desc
        limit 8
        """,
    ),
    "What counted and what did not, in money": (
        "",
        """
        select reason, orders, amount, cast(100 * share_of_amount as decimal(5, 1)) as percent
        from analytics.orders_accounted_for
        where orders > 0
        order by case when reason = 'counted as revenue' then 0 else 1 end, amount desc, reason
        """,
    ),
}


@dataclass(frozen=True)
class Comparison:
    """A period against an earlier one."""

    title: str
    first: date
    last: date
    against: str
    first_before: date
    last_before: date
    now: Sales
    before: Sales

    @property
    def parts(self) -> Split:
        """What its factors make of the change of revenue."""
        return split(self.before, self.now)


@dataclass(frozen=True)
class Rows:
    """A table of the report: its title, a sentence, headings and rows."""

    title: str
    words: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]

    @property
    def is_number(self) -> list[bool]:
        """Whether each column holds a number."""
        return [
            any(isinstance(v, int | float | Decimal) for v in c)
            for c in zip(*self.rows, strict=True)
        ]


@dataclass(frozen=True)
class Figures:
    """All that the report says of a shop.

    Attributes:
        as_of_date: last day that counts; None where no order has landed.
        settled: last settled day; None likewise.
        open_orders, open_amount: demand after the settled day that is not revenue yet.
        comparisons: newest settled week and month, each against two earlier ones.
        weeks, months: first day and revenue, oldest first; only whole settled periods.
        retention: calendar month and retention index, oldest first.
        trend: day, active customers and net sales of 28 days, oldest first; none where few days
            are filled.
        tables: in the order of the page.
    """

    as_of_date: date | None
    settled: date | None
    open_orders: int
    open_amount: Decimal
    comparisons: Sequence[Comparison]
    weeks: Sequence[tuple[date, Decimal]]
    months: Sequence[tuple[date, Decimal]]
    retention: Sequence[tuple[date, float]]
    trend: Sequence[tuple[date, int, Decimal]]
    tables: Sequence[Rows]


def read(connection: duckdb.DuckDBPyConnection) -> Figures:
    """Return the figures of the copy that the connection has open."""
    as_of_date = _one(connection, "select max(as_of_date) from staging.stg_clock")[0]
    tables = [_rows(connection, title, *described) for title, described in TABLES.items()]
    if as_of_date is None:
        return Figures(None, None, 0, Decimal(0), [], [], [], [], [], tables)
    settled = _one(connection, SETTLED_UNTIL)[0]
    on_settled = {"settled": settled}
    open_orders, open_amount = _one(connection, OPEN, on_settled)
    weeks = connection.execute(WEEKS, on_settled).fetchall()
    months = connection.execute(MONTHS, on_settled).fetchall()
    trend = connection.execute(TREND).fetchall()
    week, month = last_week(settled), last_month(settled)
    return Figures(
        as_of_date=as_of_date,
        settled=settled,
        open_orders=open_orders,
        open_amount=open_amount,
        comparisons=list(_comparisons(connection, settled)),
        weeks=_filled([row for row in weeks if row[0] <= week], week, 7)[-26:],
        months=[row for row in reversed(months) if row[0] <= month],
        retention=connection.execute(RETENTION).fetchall()[::-1],
        tables=tables,
        trend=trend if len(trend) >= _FEWEST_DAYS else [],
    )


def last_week(settled: date) -> date:
    """Return the Monday of the last week whose Sunday is settled."""
    sunday = settled - timedelta(days=settled.isoweekday() % 7)
    return sunday - timedelta(days=6)


def last_month(settled: date) -> date:
    """Return the first day of the last month whose last day is settled."""
    first = settled.replace(day=1)
    whole = (settled + timedelta(days=1)).day == 1
    return first if whole else (first - timedelta(days=1)).replace(day=1)


def _comparisons(connection: duckdb.DuckDBPyConnection, settled: date) -> Iterator[Comparison]:
    """Yield the last week and month, each against the one before and that of a year ago."""
    week, month = last_week(settled), last_month(settled)
    month_before = (month - timedelta(days=1)).replace(day=1)
    for title, first, against, first_before in (
        ("Week", week, "the week before", week - timedelta(weeks=1)),
        # 52 weeks: the same weekdays.
        ("Week", week, "the same week a year ago", week - timedelta(weeks=52)),
        ("Month", month, "the month before", month_before),
        ("Month", month, "the same month a year ago", month.replace(year=month.year - 1)),
    ):
        days = [(day, _last_day(title, day)) for day in (first, first_before)]
        now, before = (
            Sales(*_one(connection, SALES, {"first": start, "last": end})) for start, end in days
        )
        yield Comparison(title, *days[0], against, *days[1], now, before)


def _last_day(period: str, first: date) -> date:
    if period == "Week":
        return first + timedelta(days=6)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _filled(
    newest_first: Sequence[tuple[date, Decimal]], last: date, days: int
) -> list[tuple[date, Decimal]]:
    """Return the periods oldest first up to ``last``, with zeros where nothing was sold."""
    found = dict(newest_first)
    day, filled = min(found, default=last), []
    while day <= last:
        filled.append((day, found.get(day, Decimal(0))))
        day += timedelta(days=days)
    return filled


def _rows(connection: duckdb.DuckDBPyConnection, title: str, words: str, sql: str) -> Rows:
    result = connection.execute(sql)
    headings = [str(column[0]).replace("_", " ") for column in result.description or []]
    return Rows(title, words, headings, result.fetchall())


def _one(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any] | None = None
) -> tuple[Any, ...]:
    [row] = connection.execute(sql, values).fetchall()
    return tuple(row)
