"""Every contract; one file a table, in the folder of its group."""

from analytics_assets.defs.cohorts.checks_customer_months import CUSTOMER_MONTHS
from analytics_assets.defs.cohorts.checks_monthly_cohorts import MONTHLY_COHORTS
from analytics_assets.defs.customers.checks_customer_lifetime_value import (
    CUSTOMER_LIFETIME_VALUE,
)
from analytics_assets.defs.customers.checks_customer_segmentation import CUSTOMER_SEGMENTATION
from analytics_assets.defs.customers.checks_customer_value_forecast import (
    CUSTOMER_VALUE_FORECAST,
)
from analytics_assets.defs.customers.checks_rfm_segments import RFM_SEGMENTS
from analytics_assets.defs.customers.checks_segment_migration import SEGMENT_MIGRATION
from analytics_assets.defs.products.checks_product_affinity import PRODUCT_AFFINITY
from analytics_assets.defs.products.checks_product_recommendations import (
    PRODUCT_RECOMMENDATIONS,
)
from analytics_assets.defs.products.checks_recommendation_scorecard import (
    RECOMMENDATION_SCORECARD,
)
from analytics_assets.defs.raw.checks_customers import CUSTOMERS
from analytics_assets.defs.raw.checks_order_items import ORDER_ITEMS
from analytics_assets.defs.raw.checks_orders import ORDERS
from analytics_assets.defs.raw.checks_product_catalog import PRODUCT_CATALOG
from analytics_assets.defs.raw.checks_quarantined_rows import QUARANTINED_ROWS
from analytics_assets.defs.realtime.daily_business_metrics import DAILY_BUSINESS_METRICS
from analytics_assets.defs.realtime.enriched_orders import ENRICHED_ORDERS
from analytics_assets.defs.realtime.fact_orders import FACT_ORDERS
from analytics_assets.defs.sales.checks import REVENUE_BRIDGE
from analytics_assets.defs.staging.order_statuses import ORDER_STATUSES
from analytics_assets.defs.staging.stg_clock import STG_CLOCK
from analytics_assets.defs.staging.stg_customers import STG_CUSTOMERS
from analytics_assets.defs.staging.stg_order_items import STG_ORDER_ITEMS
from analytics_assets.defs.staging.stg_orders import STG_ORDERS
from analytics_assets.defs.staging.stg_products import STG_PRODUCTS

RAW = (CUSTOMERS, ORDERS, ORDER_ITEMS, PRODUCT_CATALOG, QUARANTINED_ROWS)
STAGING = (
    STG_CLOCK,
    ORDER_STATUSES,
    STG_CUSTOMERS,
    STG_PRODUCTS,
    STG_ORDERS,
    STG_ORDER_ITEMS,
)
LIVE = (ENRICHED_ORDERS, FACT_ORDERS, DAILY_BUSINESS_METRICS)
CUSTOMER = (
    RFM_SEGMENTS,
    CUSTOMER_LIFETIME_VALUE,
    CUSTOMER_MONTHS,
    CUSTOMER_SEGMENTATION,
    CUSTOMER_VALUE_FORECAST,
    SEGMENT_MIGRATION,
    REVENUE_BRIDGE,
)
PRODUCT = (PRODUCT_AFFINITY, PRODUCT_RECOMMENDATIONS, RECOMMENDATION_SCORECARD)
COHORT = (MONTHLY_COHORTS,)

CONTRACTS = (*RAW, *STAGING, *LIVE, *CUSTOMER, *PRODUCT, *COHORT)
