"""What the pages of the sales tables show."""

from analytics_assets.lib.charts.page import Page

PAGES = {
    "analytics.revenue_bridge": Page(
        {
            "revenue": "sum(case when line = 'raw_revenue_orders' then amount end)",
            "revenue_in_cohorts": "sum(case when line = 'in_cohorts' then amount end)",
            "unexplained": "sum(case when line = 'unexplained' then amount end)",
        }
    ),
}
