"""The faults to plant in the raw tables, in staging and in the live tier."""

from planting import Fault, change, delete, quarantine, repeat

ORDERS, ITEMS = "staging.stg_orders", "staging.stg_order_items"
CUSTOMERS, PRODUCTS = "staging.stg_customers", "staging.stg_products"
ENRICHED, FACTS = "realtime.enriched_orders", "realtime.fact_orders"
DAILY = "realtime.daily_business_metrics"
SOLD = "is_revenue and net_amount > 0"

FAULTS_OF_SOURCES = {
    "raw.orders": {
        "every_named_customer_is_registered": Fault(
            change("raw.orders", "customer_id = 'none such'", "customer_id is not null", 3), 3
        ),
    },
    "raw.order_items": {
        "every_line_belongs_to_an_order": Fault(
            change("raw.order_items", "order_id = 'none such'", rows=3), 3
        ),
        "every_product_is_in_the_catalogue": Fault(
            change("raw.order_items", "product_id = lower(product_id)", "product_id = 'PROD_001'")
        ),
        "line_total_is_quantity_times_unit_price": Fault(
            change("raw.order_items", "line_total = line_total + 0.01", "line_total > 1")
        ),
    },
    "raw.product_catalog": {
        "no_product_costs_more_than_its_price": Fault(
            change("raw.product_catalog", "unit_cost = price + 0.01")
        ),
    },
    "raw.quarantined_rows": {
        "no_row_is_quarantined": Fault(quarantine("raw.orders")),
    },
    "staging.order_statuses": {
        "raw_status_is_written_as_orders_are_compared": Fault(
            change("staging.order_statuses", "raw_status = ' Completed'")
        ),
        "revenue_is_demand": Fault(
            change("staging.order_statuses", "is_demand = false", "is_revenue")
        ),
        "every_status_counts_for_one_thing": Fault(
            "insert into staging.order_statuses values ('packed', 'completed', true, false)"
        ),
    },
    CUSTOMERS: {
        "every_customer_is_in_raw_customers": Fault(
            change(CUSTOMERS, "customer_id = lower(customer_id)")
        ),
        "no_registered_customer_is_lost": Fault(delete(CUSTOMERS, rows=2), 2),
        "nobody_signed_up_after_as_of_date": Fault(change(CUSTOMERS, "signup_date = '2026-01-01'")),
        "signup_month_and_signup_year_are_those_of_signup_date": Fault(
            change(CUSTOMERS, "signup_year = signup_year + 1", "signup_date is not null")
        ),
        "days_since_signup_runs_from_signup_date_to_as_of_date": Fault(
            change(
                CUSTOMERS, "days_since_signup = days_since_signup + 1", "signup_date is not null"
            )
        ),
        "a_name_survives_the_loss_of_one_half": Fault(
            change(CUSTOMERS, "customer_name = null", "first_name is null")
        ),
    },
    PRODUCTS: {
        "every_product_is_in_the_raw_catalogue": Fault(
            change(PRODUCTS, "product_id = lower(product_id)")
        ),
        "no_product_of_the_catalogue_is_lost": Fault(delete(PRODUCTS, rows=2), 2),
        "an_estimated_cost_is_a_share_of_the_price": Fault(
            change(PRODUCTS, "unit_cost = unit_cost + 0.01", "is_cost_estimated")
        ),
        "margin_and_margin_percent_are_those_of_price_and_unit_cost": Fault(
            change(PRODUCTS, "margin_percent = margin_percent * 1.000001", "margin <> 0")
        ),
        "stock_status_follows_stock_quantity": Fault(
            change(PRODUCTS, "stock_status = 'out_of_stock'", "stock_quantity > 0")
        ),
    },
    ORDERS: {
        "every_order_is_in_raw_orders": Fault(change(ORDERS, "order_id = lower(order_id)")),
        "no_order_up_to_as_of_date_is_lost": Fault(delete(ORDERS, rows=2), 2),
        "no_order_is_after_as_of_date": Fault(change(ORDERS, "order_day = '2026-01-01'")),
        "the_date_parts_are_those_of_order_date": Fault(
            change(ORDERS, "order_day_of_week = 0", "order_day_of_week = 7")
        ),
        "every_status_is_known": Fault(
            change("raw.orders", "order_status = 'Lost in Space'", rows=2)
        ),
        "an_order_counts_for_what_its_status_does": Fault(
            change(ORDERS, "is_demand = false", "order_status = 'completed'")
        ),
        "net_amount_is_total_amount_less_the_discount": Fault(
            change(ORDERS, "net_amount = net_amount + 0.01", "net_amount > 0")
        ),
        "discount_amount_is_what_the_discount_takes_off": Fault(
            change(ORDERS, "discount_amount = null", "net_amount > 0")
        ),
        "revenue_is_that_of_the_raw_revenue_orders": Fault(delete(ORDERS, SOLD)),
        "a_sale_has_no_negative_amount": Fault(
            change(ORDERS, "total_amount = -0.01", "is_revenue")
        ),
        "total_amount_is_the_sum_of_the_lines": Fault(
            change(
                ORDERS,
                "items_total = items_total + 0.01",
                "item_count > 0 and items_total = total_amount",
            )
        ),
        "every_named_customer_is_known": Fault(
            change(ORDERS, "customer_id = 'none such'", "customer_id is not null")
        ),
        "no_order_is_before_its_customer_signed_up": Fault(
            change(
                ORDERS,
                "order_day = '1990-01-01'",
                "order_id = (select min(o.order_id) from staging.stg_orders as o"
                " inner join staging.stg_customers as c on o.customer_id = c.customer_id"
                " where o.order_day >= c.signup_date)",
            )
        ),
        "the_newest_order_day_is_recent": Fault(
            f"delete from {ORDERS} where order_day > date '2025-12-27'"
        ),
        "the_daily_number_of_rows_by_order_day_is_usual": Fault(
            f"insert into {ORDERS} select o.* from {ORDERS} as o cross join range(100)"
            f" where o.order_id = (select max(order_id) from {ORDERS}"
            " where order_day = date '2025-12-29')"
        ),
    },
    ITEMS: {
        "every_line_belongs_to_a_staged_order": Fault(change(ITEMS, "order_id = 'x'", rows=2), 2),
        "no_line_is_lost_or_multiplied": Fault(repeat(ITEMS)),
        "every_product_is_in_the_catalogue": Fault(
            change(ITEMS, "product_id = lower(product_id)", "catalog_price is not null")
        ),
        "name_category_and_price_are_those_of_the_catalogue": Fault(
            change(ITEMS, "product_name = lower(product_name)", "catalog_price is not null")
        ),
        "price_difference_is_unit_price_less_catalog_price": Fault(
            change(ITEMS, "price_difference = null", "catalog_price is not null")
        ),
        "pricing_type_follows_price_difference": Fault(
            change(ITEMS, "pricing_type = 'premium'", "price_difference = 0")
        ),
        "calculated_unit_price_is_line_total_by_quantity": Fault(
            change(ITEMS, "calculated_unit_price = calculated_unit_price + 0.01", "line_total > 0")
        ),
        "every_frequent_product_has_a_category": Fault(
            f"update {PRODUCTS} set product_category = null where product_id ="
            f" (select product_id from {ITEMS} group by product_id order by count(*) desc limit 1)"
        ),
    },
    ENRICHED: {
        "every_order_is_in_raw_orders": Fault(change(ENRICHED, "order_id = lower(order_id)")),
        "no_order_is_lost": Fault(delete(ENRICHED, rows=2), 2),
        "net_amount_is_total_amount_less_the_discount": Fault(
            change(ENRICHED, "net_amount = null", "net_amount > 0")
        ),
        "the_date_parts_are_those_of_order_date": Fault(
            change(ENRICHED, "order_day_of_week = 0", "order_day_of_week = 7")
        ),
        "discount_amount_is_what_the_discount_takes_off": Fault(
            change(ENRICHED, "discount_amount = discount_amount + 0.01", "net_amount > 0")
        ),
        "final_amount_is_net_amount_and_shipping": Fault(
            change(ENRICHED, "final_amount = net_amount", "shipping_cost > 0")
        ),
        "order_size_follows_net_amount": Fault(
            change(ENRICHED, "order_size = 'small'", "order_size = 'large'")
        ),
    },
    FACTS: {
        "every_order_is_an_enriched_order": Fault(change(FACTS, "order_id = lower(order_id)")),
        "no_order_is_lost_and_no_amount_counted_twice": Fault(repeat(FACTS)),
        "the_items_of_the_orders_add_up": Fault(
            change(FACTS, "items_per_order = items_per_order + 1")
        ),
        "an_order_without_items_has_no_items_total": Fault(
            change(FACTS, "order_items_total = 1", "items_per_order = 0")
        ),
    },
    DAILY: {
        "customers_are_no_more_than_orders_and_these_no_more_than_all": Fault(
            change(DAILY, "customers = orders + 1")
        ),
        "the_sizes_add_up_to_the_orders": Fault(change(DAILY, "small_orders = small_orders + 1")),
        "gross_revenue_less_discounts_is_net_revenue": Fault(
            change(DAILY, "discounts = discounts + 0.01")
        ),
        "avg_order_value_is_net_revenue_by_order": Fault(
            change(DAILY, "avg_order_value = 0", "orders = 0")
        ),
        "every_raw_order_counts_once": Fault(delete(DAILY)),
        "net_revenue_is_that_of_the_raw_revenue_orders": Fault(
            change(DAILY, "net_revenue = net_revenue + 0.01")
        ),
        "the_newest_order_day_is_recent": Fault(
            f"delete from {DAILY} where order_day > date '2025-12-27'"
        ),
    },
}
