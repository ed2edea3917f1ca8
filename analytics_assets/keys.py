"""Every asset key and group name, once. Keys do not depend on the target or its schemas."""

import dagster as dg

RAW_GROUP = "raw"
STAGING_GROUP = "staging"
LIVE_GROUP = "live"
CUSTOMER_GROUP = "customer"
PRODUCT_GROUP = "product"
COHORT_GROUP = "cohort"

OWNERS = ["team:analytics"]

# Metadata of stg_orders: what raw.orders held when it was built; the sensor compares with it.
RAW_STATE = "raw_orders_state"

RAW_CUSTOMERS = dg.AssetKey(["raw", "customers"])
RAW_ORDERS = dg.AssetKey(["raw", "orders"])
RAW_ORDER_ITEMS = dg.AssetKey(["raw", "order_items"])
RAW_PRODUCT_CATALOG = dg.AssetKey(["raw", "product_catalog"])
RAW_QUARANTINED_ROWS = dg.AssetKey(["raw", "quarantined_rows"])
RAW = (RAW_CUSTOMERS, RAW_ORDERS, RAW_ORDER_ITEMS, RAW_PRODUCT_CATALOG, RAW_QUARANTINED_ROWS)

STG_CLOCK = dg.AssetKey("stg_clock")
STG_CUSTOMERS = dg.AssetKey("stg_customers")
STG_ORDERS = dg.AssetKey("stg_orders")
STG_ORDER_ITEMS = dg.AssetKey("stg_order_items")
STG_PRODUCTS = dg.AssetKey("stg_products")

PRODUCT_AFFINITY = dg.AssetKey("product_affinity")
CUSTOMER_MONTHS = dg.AssetKey("customer_months")
MONTHLY_COHORTS = dg.AssetKey("monthly_cohorts")
RECOMMENDATION_SCORECARD = dg.AssetKey("recommendation_scorecard")
CUSTOMER_VALUE_FORECAST = dg.AssetKey("customer_value_forecast")
