-- Questions that analysts ask, the SQL, and the answer as `-->`, columns first.
--
-- The answers are those of the demonstration shop at a twentieth of its size, which is the same for
-- everybody (seed 20221201): `ANALYTICS_DEMO_SCALE=0.05 make demo`. A test builds that shop, asks
-- every question and compares every answer. At scale 1 the answers are others. The SQL uses nothing
-- that Snowflake lacks; there, say `use database automated_intelligence` first.


-- 1. Which products do we show beside the Backpacking Stove?
select recommendation_rank, recommended_product_name, recommendation_basis, recommendation_message
from analytics.product_recommendations
where source_product_name = 'Backpacking Stove' and recommendation_rank <= 3
order by recommendation_rank;
--> recommendation_rank | recommended_product_name | recommendation_basis | recommendation_message
--> 1 | Gas Canister 230 g | affinity | 60 of 126 orders with Backpacking Stove also had Gas Canister 230 g (48 %), 3.2x what baskets like these would give
--> 2 | Fleece Jacket | co_purchase | 26 of 126 orders with Backpacking Stove also had Fleece Jacket (21 %); more than chance cannot be shown
--> 3 | Headlamp | co_purchase | 33 of 126 orders with Backpacking Stove also had Headlamp (26 %); more than chance cannot be shown


-- 2. Which related products are in two categories, so that one shelf will never show both?
select product_a_name, product_b_name, times_bought_together,
    cast(adjusted_lift as decimal(6, 1)) as adjusted_lift, affinity_strength
from analytics.product_affinity
where affinity_strength <> 'very_weak' and product_a_category <> product_b_category
order by adjusted_lift_lower_bound desc, product_a_id, product_b_id;
--> product_a_name | product_b_name | times_bought_together | adjusted_lift | affinity_strength
--> Rain Jacket | Waterproofing Spray | 18 | 3.3 | strong


-- 3. How many pairs would plain lift call related that only shared big baskets, or a month?
select count(*) as pairs,
    count(case when lift_lower_bound > 1 then 1 end) as lift_says_related,
    count(case when is_size_artifact then 1 end) as of_these_artifacts,
    count(case when affinity_strength <> 'very_weak' then 1 end) as related
from analytics.product_affinity;
--> pairs | lift_says_related | of_these_artifacts | related
--> 541 | 283 | 156 | 4


-- 4. Are our recommendations better than showing everybody the best sellers? The first five
-- shown are what counts here; the answer is yes only where ratio_lower is above 1.
select rule, baskets, cast(hit_rate as decimal(5, 3)) as hit_rate,
    cast(ratio_to_best_sellers as decimal(5, 2)) as ratio,
    cast(ratio_to_best_sellers_lower as decimal(5, 2)) as ratio_lower,
    cast(ratio_to_best_sellers_upper as decimal(5, 2)) as ratio_upper,
    cast(ratio_to_confidence as decimal(5, 2)) as to_confidence
from analytics.recommendation_scorecard
where cut_off = 5
order by hit_rate desc, rule;
--> rule | baskets | hit_rate | ratio | ratio_lower | ratio_upper | to_confidence
--> best_sellers | 180 | 0.519 | 1.00 | 1.00 | 1.00 | 1.01
--> confidence | 180 | 0.515 | 0.99 | 0.93 | 1.06 | 1.00
--> recommendations | 180 | 0.514 | 0.99 | 0.91 | 1.09 | 1.00
--> affinity_only | 180 | 0.040 | 0.08 | 0.04 | 0.12 | 0.08


-- 5. Where did last month's champions go?
select segment_now, customers, revenue_now
from analytics.segment_migration
where segment_before = 'champions'
order by customers desc, segment_now;
--> segment_now | customers | revenue_now
--> loyal | 52 | 125659.11
--> champions | 51 | 198222.06


-- 6. What changed in the segments within a month?
select segment, sum(customers_before) as customers_before, sum(customers_now) as customers_now
from (
    select segment_before as segment, customers as customers_before, 0 as customers_now
    from analytics.segment_migration
    union all
    select segment_now, 0, customers
    from analytics.segment_migration
) as moves
group by segment
order by segment;
--> segment | customers_before | customers_now
--> about_to_sleep | 84 | 84
--> at_risk | 114 | 116
--> cant_lose_them | 51 | 54
--> champions | 103 | 100
--> hibernating | 143 | 142
--> lost | 40 | 42
--> loyal | 136 | 153
--> needs_attention | 32 | 35
--> new_customers | 14 | 15
--> not_yet_customer | 27 | 0
--> potential_loyalists | 127 | 123
--> promising | 22 | 21
--> prospects | 107 | 115


-- 7. Whom of those about to be lost do we call first? Revenue times the chance that they buy again.
select segmentation.customer_id, segmentation.customer_name, segmentation.total_revenue,
    worth.last_order_date, cast(1 - forecast.churn_probability as decimal(4, 2)) as chance_to_buy
from analytics.customer_segmentation as segmentation
inner join analytics.customer_lifetime_value as worth
    on segmentation.customer_id = worth.customer_id
inner join analytics.customer_value_forecast as forecast
    on segmentation.customer_id = forecast.customer_id
where segmentation.behavioral_segment in ('cant_lose_them', 'at_risk')
order by segmentation.total_revenue * (1 - forecast.churn_probability) desc, segmentation.customer_id
limit 3;
--> customer_id | customer_name | total_revenue | last_order_date | chance_to_buy
--> CUST_0000074 | Ines Jackson | 1973.77 | 2025-04-06 | 0.57
--> CUST_0000412 | Mei Khan | 2792.40 | 2025-01-21 | 0.36
--> CUST_0000153 | Alice Lopez | 1559.00 | 2025-05-18 | 0.58


-- 8. Which forecasts can be trusted, for how many customers, and what do they add up to?
select forecast_basis, count(*) as customers,
    cast(sum(expected_revenue_365d) as decimal(18, 0)) as expected_revenue_365d
from analytics.customer_value_forecast
group by forecast_basis
order by forecast_basis;
--> forecast_basis | customers | expected_revenue_365d
--> bg_nbd_gamma_gamma | 736 | 393953
--> bg_nbd_one_time_buyer | 149 | 37663
--> never_purchased | 115 | NULL


-- 9. Is the newest cohort better than the ones before at the same age, a month after signup? Of
--    months that are settled: in newer ones orders are still open.
select cohort_month, cohort_size, active_customers,
    cast(retention_rate as decimal(5, 3)) as retention_rate, cohort_health
from analytics.monthly_cohorts
where months_since_signup = 1 and is_complete
    and cohort_month < (
        select date_trunc('month', max(order_day) + 1) from analytics.daily_sales where is_settled
    ) - interval '1 month'
order by cohort_month desc
limit 4;
--> cohort_month | cohort_size | active_customers | retention_rate | cohort_health
--> 2025-10-01 | 30 | 17 | 0.567 | moderate
--> 2025-09-01 | 31 | 15 | 0.484 | moderate
--> 2025-08-01 | 32 | 12 | 0.375 | moderate
--> 2025-07-01 | 41 | 17 | 0.415 | moderate


-- 10. What has a customer brought a year after signup, by the quarter of signup?
select extract(year from cohort_month) as signup_year,
    extract(quarter from cohort_month) as signup_quarter,
    sum(cohort_size) as customers,
    cast(sum(cumulative_revenue) / sum(cohort_size) as decimal(10, 2)) as revenue_a_customer
from analytics.monthly_cohorts
where months_since_signup = 12 and is_complete
group by extract(year from cohort_month), extract(quarter from cohort_month)
order by signup_year, signup_quarter;
--> signup_year | signup_quarter | customers | revenue_a_customer
--> 2022 | 4 | 27 | 838.62
--> 2023 | 1 | 59 | 790.32
--> 2023 | 2 | 63 | 888.98
--> 2023 | 3 | 58 | 715.22
--> 2023 | 4 | 83 | 1013.50
--> 2024 | 1 | 81 | 913.94
--> 2024 | 2 | 78 | 961.19
--> 2024 | 3 | 80 | 874.55
--> 2024 | 4 | 86 | 814.70


-- 11. How was yesterday, and the last settled day, against their weekday in the eight weeks before?
-- Demand counts open orders too, so that a day whose orders are not shipped yet is no crash.
select days.order_day, days.is_settled, days.orders, days.net_revenue, days.open_orders,
    days.open_amount, days.orders + days.open_orders as demand_orders,
    days.net_revenue + days.open_amount as demand,
    cast(avg(cast(earlier.orders as double precision)) as decimal(6, 1)) as usual_orders,
    cast(avg(cast(earlier.net_revenue as double precision)) as decimal(12, 2)) as usual_revenue
from realtime.daily_business_metrics as days
inner join (
    select as_of_date as order_day from staging.stg_clock
    union
    select max(settled.order_day) as order_day
    from realtime.daily_business_metrics as settled
    cross join staging.stg_clock as clock
    where settled.is_settled and settled.order_day <= clock.as_of_date
) as asked on days.order_day = asked.order_day
left join realtime.daily_business_metrics as earlier
    on earlier.is_settled
        and earlier.order_day in (
            days.order_day - 7, days.order_day - 14, days.order_day - 21, days.order_day - 28,
            days.order_day - 35, days.order_day - 42, days.order_day - 49, days.order_day - 56
        )
group by days.order_day, days.is_settled, days.orders, days.net_revenue, days.open_orders,
    days.open_amount
order by days.order_day;
--> order_day | is_settled | orders | net_revenue | open_orders | open_amount | demand_orders | demand | usual_orders | usual_revenue
--> 2025-12-27 | True | 14 | 2335.38 | 0 | 0.00 | 14 | 2335.38 | 12.5 | 2386.42
--> 2025-12-31 | False | 1 | 111.41 | 9 | 1253.15 | 10 | 1364.56 | 10.6 | 2374.76


-- 12. What do discounts cost, and on which orders?
select discount_tier, count(*) as orders, sum(discount_amount) as discounts,
    sum(net_amount) as revenue
from realtime.enriched_orders
where is_revenue and net_amount > 0
group by discount_tier
order by discount_tier;
--> discount_tier | orders | discounts | revenue
--> high | 369 | 15038.01 | 54821.76
--> low | 484 | 4503.86 | 85579.74
--> medium | 1043 | 21532.80 | 163687.38
--> none | 4236 | 0.00 | 797046.48


-- 13. Does an order's total agree with its lines? Where not, by how much in all?
select count(*) as orders, sum(total_amount) as order_totals, sum(order_items_total) as line_totals,
    sum(total_amount - order_items_total) as difference
from realtime.fact_orders
where items_per_order > 0 and total_amount <> order_items_total;
--> orders | order_totals | line_totals | difference
--> 4 | 354.76 | 343.02 | 11.74


-- 14. From all orders to what the cohorts hold net of returns: what is left out where, and is
-- anything lost between the tables?
select bridge.part_of, bridge.split, bridge.line, sum(bridge.orders) as order_count,
    sum(bridge.amount) as total
from analytics.revenue_bridge as bridge
group by bridge.part_of, bridge.split, bridge.line
having sum(bridge.orders) <> 0 or bridge.line = 'unexplained'
order by bridge.part_of, bridge.split, total desc, bridge.line;
--> part_of | split | line | order_count | total
--> all_orders | by reason | raw_revenue_orders | 6132 | 1101135.36
--> all_orders | by reason | cancelled | 472 | 89391.90
--> all_orders | by reason | demand_only | 26 | 5053.28
--> all_orders | by reason | unknown_status | 4 | 2147.59
--> raw_revenue_orders | by customer | in_cohorts | 6010 | 1084790.45
--> raw_revenue_orders | by customer | without_known_customer | 118 | 15272.43
--> raw_revenue_orders | by customer | before_signup | 4 | 1072.48
--> raw_revenue_orders | by customer | unexplained | 0 | 0.00
--> raw_revenue_orders | by product line | on_lines | 6128 | 1100824.72
--> raw_revenue_orders | by product line | without_lines | 4 | 310.64
--> returned | by customer | returned_in_cohorts | 1245 | 68613.18
--> returned | by customer | returned_without_known_customer | 13 | 652.98
--> returned | by customer | returned_before_signup | 3 | 234.84
--> total | by day of return | returned_this_month | 1261 | 69501.00
--> total | total | all_orders | 6634 | 1197728.13
--> total | total | returned | 1261 | 69501.00


-- 15. Which statuses does nobody know, so that their orders count for nothing?
select lower(trim(orders.order_status)) as status, count(*) as orders,
    sum(orders.total_amount) as total_amount
from raw.orders as orders
where lower(trim(orders.order_status)) not in (select raw_status from staging.order_statuses)
group by lower(trim(orders.order_status))
order by status;
--> status | orders | total_amount
--> awaiting_review | 3 | 1296.51
--> on_hold | 1 | 851.08


-- 16. What was refused at the door, and why?
select table_name, file_name, column_name, count(*) as refused_rows, min(reason) as first_reason
from raw.quarantined_rows
group by table_name, file_name, column_name
order by table_name, file_name, column_name;
--> table_name | file_name | column_name | refused_rows | first_reason


-- 17. Who are my best customers? By revenue of the last 365 days.
select customer_name, customer_id, estimated_annual_value, total_revenue, total_orders,
    last_order_date
from analytics.customer_lifetime_value
where estimated_annual_value > 0
order by estimated_annual_value desc, customer_id
limit 5;
--> customer_name | customer_id | estimated_annual_value | total_revenue | total_orders | last_order_date
--> Emil Cruz | CUST_0000351 | 7719.12 | 11037.04 | 47 | 2025-12-18
--> Malik Hansen | CUST_0000307 | 7428.95 | 16487.84 | 31 | 2025-12-13
--> Ivan Sato | CUST_0000491 | 6392.78 | 8111.42 | 56 | 2025-12-05
--> Emma Abbott | CUST_0000367 | 5700.23 | 8505.23 | 25 | 2025-12-25
--> Emil Hughes | CUST_0000166 | 5196.19 | 12145.35 | 77 | 2025-12-25


-- 18. What do we do today? Each segment that has customers, the first to spend money on first.
select behavioral_segment, count(*) as customers, sum(total_revenue) as revenue_ever,
    recommended_action
from analytics.customer_segmentation
group by segment_priority, behavioral_segment, recommended_action
order by segment_priority
limit 5;
--> behavioral_segment | customers | revenue_ever | recommended_action
--> cant_lose_them | 54 | 139281.10 | Win them back now: a personal call or the best offer there is
--> champions | 100 | 315965.55 | Reward them; early access, ask for reviews and referrals
--> loyal | 153 | 333650.68 | Offer a loyalty programme and higher-value products
--> potential_loyalists | 123 | 55714.47 | Recommend related products; invite into the loyalty programme
--> new_customers | 15 | 1271.47 | Welcome them; help with the second purchase


-- 19. Who bought for much and sent most of it back?
select customer_name, customer_id, gross_revenue, returned_amount,
    cast(return_rate as decimal(5, 3)) as return_rate, total_revenue, value_tier
from analytics.customer_lifetime_value
where gross_revenue > 1000 and return_rate >= 0.5
order by gross_revenue desc, customer_id
limit 5;
--> customer_name | customer_id | gross_revenue | returned_amount | return_rate | total_revenue | value_tier
--> Lucia Silva | CUST_0000031 | 10556.78 | 10239.87 | 0.970 | 316.91 | low


-- 20. What do my best sellers keep after returns, and what do they earn?
select product_name, cast(units_sold as bigint) as units_sold, sales, returned_amount, net_sales,
    cast(100 * share_of_net_sales as decimal(5, 1)) as percent_of_net_sales,
    cast(margin_percent as decimal(5, 1)) as margin_percent
from analytics.product_performance
order by net_sales desc, product_id
limit 5;
--> product_name | units_sold | sales | returned_amount | net_sales | percent_of_net_sales | margin_percent
--> Sleeping Pad | 1275 | 100729.48 | 4369.35 | 96360.13 | 9.3 | 49.9
--> Hiking Boots | 723 | 90238.63 | 5257.42 | 84981.21 | 8.2 | 25.9
--> Two-Person Tent | 458 | 81233.82 | 3060.92 | 78172.90 | 7.6 | 49.3
--> Day Pack 25 l | 927 | 56818.11 | 2858.43 | 53959.68 | 5.2 | 29.6
--> Sleeping Bag | 505 | 54585.47 | 2526.87 | 52058.60 | 5.0 | 49.0


-- 21. Which products come back most? By what is sure of it, so that one unit of two is no news.
select product_name, cast(units_sold as bigint) as units_sold,
    cast(units_returned as bigint) as units_returned,
    cast(100 * return_rate as decimal(5, 1)) as percent_returned,
    cast(100 * return_rate_lower_bound as decimal(5, 1)) as at_least,
    returned_amount
from analytics.product_performance
where units_returned > 0
order by return_rate_lower_bound desc nulls last, product_id
limit 5;
--> product_name | units_sold | units_returned | percent_returned | at_least | returned_amount
--> Trekking Trousers | 433 | 259 | 59.8 | 55.1 | 16833.99
--> Rechargeable Batteries | 276 | 22 | 8.0 | 5.3 | 305.51
--> Tent Footprint | 306 | 23 | 7.5 | 5.1 | 637.23
--> Softshell Gloves | 276 | 21 | 7.6 | 5.0 | 498.24
--> Base Layer Shirt | 797 | 49 | 6.1 | 4.7 | 2127.82


-- 22. From gross to net, by month? Settled days only; returned_later can still grow.
select cast(date_trunc('month', order_day) as date) as sales_month, sum(gross_sales) as gross_sales,
    sum(discounts) as discounts, sum(sales) as sales, sum(returns_of_these_sales) as returned_later,
    sum(net_sales) as net_sales, sum(returned_this_day) as returned_this_month,
    cast(100 * cast(sum(new_customer_sales) as double precision) / nullif(sum(sales), 0)
        as decimal(5, 1)) as percent_of_new_customers
from analytics.daily_sales
where is_settled
group by cast(date_trunc('month', order_day) as date)
order by sales_month desc
limit 4;
--> sales_month | gross_sales | discounts | sales | returned_later | net_sales | returned_this_month | percent_of_new_customers
--> 2025-12-01 | 59519.96 | 1910.38 | 57609.58 | 1079.49 | 56530.09 | 2822.08 | 6.8
--> 2025-11-01 | 55576.04 | 1741.88 | 53834.16 | 3133.57 | 50700.59 | 2358.75 | 11.6
--> 2025-10-01 | 50863.49 | 1456.92 | 49406.57 | 2877.52 | 46529.05 | 3561.08 | 10.5
--> 2025-09-01 | 43531.76 | 1425.32 | 42106.44 | 2631.06 | 39475.38 | 1604.69 | 10.2


-- 23. Why do things come back, and how long after the sale?
select coalesce(reason, 'none given') as reason, count(*) as returns, sum(amount) as amount,
    cast(avg(cast(datediff('day', order_day, returned_day) as double precision)) as decimal(6, 1))
        as days_after_the_sale
from staging.stg_returns
where is_of_a_sale
group by coalesce(reason, 'none given')
order by amount desc, reason
limit 8;
--> reason | returns | amount | days_after_the_sale
--> does not fit | 265 | 14264.27 | 20.7
--> not as described | 257 | 14094.42 | 21.4
--> none given | 245 | 14045.92 | 19.8
--> damaged | 253 | 13765.16 | 20.9
--> changed my mind | 241 | 13331.23 | 20.8


-- 24. Are we growing? The same day every four weeks, each as all was at its end; where is_settled is
-- false, orders were still open and the sales will rise. `shop_history` has the days that were filled.
select as_of_date, registered_customers, active_customers, new_buyers_28d, orders_28d, net_sales_28d,
    cast(100 * month_1_retention as decimal(5, 1)) as month_1_retention, is_settled
from analytics.shop_history
where mod(datediff('day', as_of_date, (select max(as_of_date) from staging.stg_clock)), 28) = 0
order by as_of_date desc
limit 14;
--> as_of_date | registered_customers | active_customers | new_buyers_28d | orders_28d | net_sales_28d | month_1_retention | is_settled
--> 2025-12-31 | 1000 | 371 | 19 | 263 | 53951.06 | 37.8 | False
--> 2025-12-03 | 973 | 360 | 24 | 272 | 49494.90 | 56.7 | True
--> 2025-11-05 | 941 | 362 | 29 | 252 | 41842.45 | 48.4 | True
--> 2025-10-08 | 911 | 353 | 26 | 235 | 42672.10 | 37.5 | True
--> 2025-09-10 | 882 | 350 | 25 | 235 | 41646.16 | 41.5 | True
--> 2025-08-13 | 851 | 350 | 29 | 230 | 41929.25 | 45.5 | True
--> 2025-07-16 | 827 | 331 | 34 | 241 | 44222.57 | 48.5 | True
--> 2025-06-18 | 790 | 318 | 26 | 241 | 46242.61 | 48.4 | True
--> 2025-05-21 | 760 | 293 | 31 | 197 | 31993.41 | 38.2 | True
--> 2025-04-23 | 725 | 289 | 20 | 219 | 36106.49 | 56.5 | True
--> 2025-03-26 | 702 | 294 | 25 | 205 | 42083.87 | 24.2 | True
--> 2025-02-26 | 670 | 284 | 22 | 204 | 37191.07 | 45.5 | True
--> 2025-01-29 | 647 | 272 | 24 | 189 | 37077.55 | 26.9 | True
--> 2025-01-01 | 617 | 278 | 29 | 199 | 36041.30 | 26.9 | True
