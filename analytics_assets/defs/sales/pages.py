"""What the pages of the sales tables show."""

from analytics_assets.lib.charts.page import Page

PAGES = {
    "analytics.daily_sales": Page(
        {
            "sales": "sum(sales)",
            "returned": "sum(returned_this_day)",
            "net_sales": "sum(net_sales)",
            "orders": "sum(orders)",
            "open_orders": "sum(open_orders)",
            "new_customer_share_of_sales": (
                "cast(sum(new_customer_sales) as double precision) / nullif(sum(sales), 0)"
            ),
        }
    ),
    "analytics.revenue_bridge": Page(
        {
            "revenue": "sum(case when line = 'raw_revenue_orders' then amount end)",
            "revenue_in_cohorts": "sum(case when line = 'in_cohorts' then amount end)",
            "unexplained": "sum(case when line = 'unexplained' then amount end)",
        }
    ),
}
