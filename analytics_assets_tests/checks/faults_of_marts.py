"""The faults to plant in the marts and in the seed of the segments."""

from planting import Fault, change, delete

VALUE = "analytics.customer_lifetime_value"
MONTHS = "analytics.customer_months"
SEGMENTED = "analytics.customer_segmentation"
FORECAST = "analytics.customer_value_forecast"
MIGRATION = "analytics.segment_migration"
BRIDGE = "analytics.revenue_bridge"
PAIRS = "analytics.product_affinity"
GIVEN = "analytics.product_recommendations"
SCORECARD = "analytics.recommendation_scorecard"
COHORTS = "analytics.monthly_cohorts"

FAULTS_OF_MARTS = {
    "staging.rfm_segments": {
        "every_segment_can_be_reached": Fault(
            change(
                "staging.rfm_segments",
                "behavioral_segment = 'lost'",
                "behavioral_segment = 'champions'",
                rows=2,
            )
        ),
        "a_segment_has_one_action_and_one_priority": Fault(
            change("staging.rfm_segments", "segment_priority = 99", "behavioral_segment = 'loyal'")
        ),
    },
    VALUE: {
        "every_customer_is_a_staged_customer": Fault(change(VALUE, "customer_id = 'none such'")),
        "no_staged_customer_is_lost": Fault(delete(VALUE, rows=2), 2),
        "as_of_date_is_that_of_the_clock": Fault(change(VALUE, "as_of_date = null")),
        "who_bought_has_orders_and_revenue_and_dates": Fault(
            change(VALUE, "first_order_date = null", "total_orders > 0")
        ),
        "each_customer_has_the_figures_of_its_revenue_orders": Fault(
            change(VALUE, "total_revenue = total_revenue + 0.01")
        ),
        "revenue_and_the_orders_without_a_known_customer_are_all_revenue": Fault(
            delete(VALUE, "total_orders > 0")
        ),
        "avg_order_value_is_revenue_by_order": Fault(
            change(VALUE, "avg_order_value = 0", "total_orders = 0")
        ),
        "lifespan_and_recency_are_days_between_the_dates": Fault(
            change(VALUE, "days_since_last_order = days_since_last_order + 1", "total_orders > 0")
        ),
        "buyers_have_scores_and_others_none": Fault(
            change(VALUE, "monetary_score = 1", "total_orders = 0")
        ),
        "rfm_score_is_the_mean_of_the_three_scores": Fault(
            change(VALUE, "rfm_score = rfm_score + 0.1", "total_orders > 0")
        ),
        "days_since_signup_runs_from_signup_date_to_as_of_date": Fault(
            change(VALUE, "days_since_signup = days_since_signup + 1", "signup_date is not null")
        ),
        "scores_are_quintiles_and_equal_customers_have_equal_scores": Fault(
            change(VALUE, "frequency_score = 4", "frequency_score = 3")
        ),
        "value_tier_follows_total_revenue": Fault(
            change(VALUE, "value_tier = 'low'", "value_tier = 'high'")
        ),
        "customer_status_follows_days_since_last_order": Fault(
            change(VALUE, "customer_status = 'churned'", "days_since_last_order <= 90")
        ),
        "estimated_annual_value_is_a_year_at_the_observed_rate": Fault(
            change(
                VALUE,
                "estimated_annual_value = 365 * total_revenue",
                "annual_value_basis = 'too_new'",
            )
        ),
        "annual_value_basis_says_why_there_is_an_annual_value_or_none": Fault(
            change(VALUE, "annual_value_basis = 'too_new'", "annual_value_basis = 'observed'")
        ),
    },
    MONTHS: {
        "first_and_last_order_date_are_in_the_month": Fault(
            change(MONTHS, "last_order_date = order_month + 31")
        ),
        "each_month_has_its_revenue_orders_with_a_customer": Fault(
            change(MONTHS, "total_revenue = total_revenue + 0.01")
        ),
        "a_month_is_built_from_one_state_of_its_orders": Fault(
            change(MONTHS, "orders_fingerprint = 'none such'")
        ),
    },
    SEGMENTED: {
        "every_customer_has_a_lifetime_value": Fault(
            change(SEGMENTED, "customer_id = 'none such'")
        ),
        "no_customer_is_lost_and_the_figures_are_those_of_the_lifetime_value": Fault(
            f"{delete(SEGMENTED)}; {change(SEGMENTED, 'total_revenue = total_revenue + 0.01')}",
            2,
        ),
        "prospects_are_those_who_never_purchased": Fault(
            change(SEGMENTED, "behavioral_segment = 'lost'", "rfm_score is null")
        ),
        "the_segment_is_the_one_of_the_scores": Fault(
            change(SEGMENTED, "behavioral_segment = 'lost'", "behavioral_segment = 'champions'")
        ),
    },
    FORECAST: {
        "every_customer_is_a_staged_customer": Fault(change(FORECAST, "customer_id = 'none such'")),
        "no_staged_customer_is_lost": Fault(delete(FORECAST, rows=2), 2),
        "repeat_purchase_days_are_the_days_with_a_revenue_order_but_the_first": Fault(
            change(FORECAST, "repeat_purchase_days = 1 + coalesce(repeat_purchase_days, 0)")
        ),
        "nothing_is_forecast_from_too_few_repeat_buyers": Fault(
            f"update {FORECAST} set repeat_purchase_days = 0"
        ),
        "the_basis_follows_the_purchases": Fault(
            change(FORECAST, "forecast_basis = 'bg_nbd_gamma_gamma'", "repeat_purchase_days = 0")
        ),
        "p_alive_is_given_for_repeat_buyers_only": Fault(
            change(FORECAST, "p_alive = 1", "repeat_purchase_days = 0")
        ),
        "a_refused_forecast_has_no_figures": Fault(
            change(FORECAST, "expected_orders_365d = 0", "forecast_basis = 'never_purchased'")
        ),
        "expected_revenue_is_orders_times_value": Fault(
            change(FORECAST, "expected_revenue_365d = 1", "forecast_basis = 'never_purchased'")
        ),
    },
    MIGRATION: {
        "revenue_only_grows": Fault(change(MIGRATION, "revenue_before = revenue_now + 0.01")),
        "as_of_date_is_that_of_the_clock": Fault(change(MIGRATION, "as_of_date = as_of_date - 1")),
        "compared_with_date_is_a_month_before_as_of_date": Fault(
            change(MIGRATION, "compared_with_date = compared_with_date - 1")
        ),
        # One segment counts another sum, and one that nobody is in counts somebody.
        "each_column_adds_up_to_the_segment_of_today": Fault(
            f"{change(MIGRATION, 'revenue_now = revenue_now + 0.01')}; insert into {MIGRATION}"
            f" select * replace ('none such' as segment_now) from {MIGRATION} limit 1",
            2,
        ),
    },
    BRIDGE: {
        "as_of_date_is_that_of_the_clock": Fault(change(BRIDGE, "as_of_date = null")),
        "every_month_has_every_line": Fault(
            delete(BRIDGE, "line = 'without_signup_date' and orders = 0", rows=2), 2
        ),
        "the_lines_of_a_month_add_up_to_its_first_one": Fault(
            change(BRIDGE, "orders = orders + 1", "line = 'before_signup'")
        ),
        "nothing_is_unexplained": Fault(change(BRIDGE, "amount = 0.01", "line = 'unexplained'")),
        "the_first_line_is_the_revenue_of_the_raw_orders": Fault(
            change(BRIDGE, "amount = amount - 0.01", "line = 'raw_revenue_orders'")
        ),
        "all_lines_but_the_first_add_up_to_the_live_tier": Fault(
            delete(BRIDGE, "line = 'in_cohorts' and amount > 0")
        ),
    },
    PAIRS: {
        "the_products_of_a_pair_are_in_order": Fault(
            change(PAIRS, "product_a_id = product_b_id, product_b_id = product_a_id")
        ),
        "as_of_date_is_that_of_the_clock": Fault(change(PAIRS, "as_of_date = as_of_date - 1")),
        "no_product_is_excluded": Fault(
            change(PAIRS, "product_b_id = 'POST'"), 1, {"excluded_product_ids": ("POST", "DOT")}
        ),
        "n_ab_is_at_most_n_a_and_n_b_and_these_at_most_n": Fault(
            change(PAIRS, "times_bought_together = least(product_a_orders, product_b_orders) + 1")
        ),
        "a_pair_is_in_at_least_min_pair_orders_baskets": Fault(
            change(PAIRS, "times_bought_together = 4")
        ),
        "total_orders_is_the_number_of_baskets": Fault(
            change(PAIRS, "total_orders = total_orders + 1", rows=3)
        ),
        "product_orders_are_the_baskets_that_hold_the_product": Fault(
            change(PAIRS, "product_b_orders = product_b_orders + 1")
        ),
        "lift_is_the_same_in_both_directions": Fault(change(PAIRS, "lift = lift * 1.000001")),
        "leverage_is_n_ab_by_n_less_what_independence_gives": Fault(
            change(PAIRS, "leverage = leverage + 0.000001")
        ),
        # A pair that is not there is missed by both products.
        "the_pairs_of_a_product_hold_the_partners_that_it_met": Fault(
            delete(
                PAIRS,
                f"times_bought_together = (select max(times_bought_together) from {PAIRS})",
            ),
            2,
        ),
        "names_and_categories_are_those_of_the_catalogue": Fault(
            change(PAIRS, "product_b_name = lower(product_b_name)")
        ),
        "conviction_is_disbelief_in_b_by_disbelief_given_a": Fault(
            change(PAIRS, "conviction_a_to_b = null", "confidence_a_to_b < 1")
        ),
        "zhang_is_leverage_by_its_extreme": Fault(change(PAIRS, "zhang = zhang * 1.000001")),
        "lift_lower_bound_is_the_lesser_of_two_wilson_bounds": Fault(
            change(PAIRS, "lift_lower_bound = lift_lower_bound * 1.000001")
        ),
        "support_and_confidence_and_jaccard_are_n_ab_by_their_baskets": Fault(
            change(PAIRS, "jaccard = jaccard * 1.000001")
        ),
        "the_lower_bound_of_lift_is_between_0_and_lift": Fault(
            change(PAIRS, "lift_lower_bound = lift + 0.01")
        ),
        "adjusted_lift_is_n_ab_by_what_was_expected": Fault(
            change(PAIRS, "adjusted_lift = adjusted_lift * 1.000001")
        ),
        "the_adjusted_lower_bound_is_adjusted_as_lift_is": Fault(
            change(PAIRS, "adjusted_lift_lower_bound = 'nan'")
        ),
        "q_values_are_those_of_the_p_values": Fault(
            change(PAIRS, "q_value = q_value - 0.000001", "q_value > 0.5")
        ),
        "affinity_strength_follows_the_adjusted_lower_bound": Fault(
            change(PAIRS, "affinity_strength = 'weak'", "affinity_strength = 'very_weak'")
        ),
        "is_size_artifact_is_lift_that_the_baskets_size_explains": Fault(
            change(PAIRS, "is_size_artifact = not is_size_artifact")
        ),
    },
    GIVEN: {
        "the_ranks_run_from_1_without_gaps": Fault(delete(GIVEN, "recommendation_rank = 2")),
        "every_product_of_a_pair_has_its_recommendations": Fault(
            f"delete from {GIVEN} where source_product_id ="
            f" (select min(source_product_id) from {GIVEN})"
        ),
        "the_figures_are_those_of_the_pair": Fault(
            f"{change(GIVEN, 'lift = lift * 1.000001')}; insert into {GIVEN}"
            f" select * replace ('none such' as recommended_product_id) from {GIVEN} limit 1",
            2,
        ),
        "confidence_level_follows_confidence": Fault(
            change(GIVEN, "confidence_level = 'high'", "confidence < 0.3")
        ),
        "affinity_is_a_basis_where_the_strength_says_so": Fault(
            change(GIVEN, "recommendation_basis = 'affinity'", "affinity_strength = 'very_weak'")
        ),
        "the_score_is_that_of_the_pair": Fault(change(GIVEN, "score = score + 0.0000001")),
        "no_better_partner_is_left_out": Fault(
            change(GIVEN, "recommended_product_id = 'none such'", "recommendation_rank = 1")
        ),
        "is_cross_category_says_whether_the_categories_differ": Fault(
            change(GIVEN, "is_cross_category = not is_cross_category")
        ),
        "the_message_states_the_count_and_the_basis": Fault(
            change(GIVEN, "times_bought_together = times_bought_together + 1")
        ),
        "a_better_rank_has_no_lower_score": Fault(
            change(GIVEN, "score = -1", "recommendation_rank = 1")
        ),
    },
    SCORECARD: {
        "as_of_date_is_that_of_the_clock": Fault(change(SCORECARD, "as_of_date = as_of_date - 1")),
        "learning_ends_before_the_scored_days_begin": Fault(
            change(SCORECARD, "learnt_to = learnt_to + 1")
        ),
        "a_cut_off_is_1_5_or_10": Fault(change(SCORECARD, "cut_off = 2")),
        "every_rule_is_scored_at_every_cut_off": Fault(delete(SCORECARD, rows=2), 2),
        "nothing_is_hit_without_a_recommendation": Fault(
            change(SCORECARD, "hit_rate = coverage + 0.01")
        ),
        "more_recommendations_hit_no_less": Fault(change(SCORECARD, "hit_rate = 0", "cut_off = 5")),
        "the_ratio_is_the_hit_rate_by_that_of_best_sellers": Fault(
            change(SCORECARD, "ratio_to_best_sellers = null", "rule = 'confidence'")
        ),
        "the_interval_holds_the_ratio": Fault(
            change(SCORECARD, "ratio_upper = ratio_to_best_sellers - 0.01")
        ),
        "the_recommendations_beat_best_sellers": Fault(
            change(SCORECARD, "ratio_lower = 1", "rule = 'recommendations'")
        ),
    },
    COHORTS: {
        "as_of_date_is_that_of_the_clock": Fault(change(COHORTS, "as_of_date = as_of_date - 1")),
        "a_cohort_month_is_its_first_day": Fault(
            change(COHORTS, "cohort_month = cohort_month + 1")
        ),
        "the_grid_is_dense": Fault(delete(COHORTS, "months_since_signup = 1")),
        "every_member_is_in_the_size_of_its_cohort": Fault(
            change(COHORTS, "cohort_size = cohort_size + 1", "months_since_signup = 1")
        ),
        "active_customers_are_some_of_the_cohort": Fault(
            change(COHORTS, "active_customers = cohort_size + 1")
        ),
        "retention_rate_is_active_customers_by_cohort_size": Fault(
            change(COHORTS, "retention_rate = null", "active_customers = 0")
        ),
        "each_cell_has_the_figures_of_its_members_revenue_orders": Fault(
            change(COHORTS, "reactivated_customers = reactivated_customers + 1")
        ),
        "rolling_retention_is_between_retention_and_1": Fault(
            change(COHORTS, "rolling_retention_rate = 1.01")
        ),
        "rolling_retention_never_rises_and_ends_at_retention": Fault(
            change(COHORTS, "rolling_retention_rate = 1", "months_since_signup = 5")
        ),
        "churn_is_given_where_somebody_was_active_before": Fault(
            change(COHORTS, "monthly_churn_rate = 0", "months_since_signup = 0")
        ),
        "revenue_comes_from_active_customers": Fault(
            change(COHORTS, "cohort_revenue = 0", "active_customers > 0")
        ),
        "figures_by_active_customer_are_null_without_one": Fault(
            change(COHORTS, "orders_per_active_customer = 0", "active_customers = 0")
        ),
        "figures_by_member_count_all_members": Fault(
            change(COHORTS, "estimated_ltv_to_date = estimated_ltv_to_date + 0.01")
        ),
        "cumulative_revenue_is_the_sum_so_far": Fault(
            change(COHORTS, "cumulative_revenue = cumulative_revenue + 0.01")
        ),
        "revenue_and_the_excluded_orders_are_all_revenue": Fault(
            change(COHORTS, "cohort_revenue = cohort_revenue + 0.01")
        ),
        "only_the_running_month_is_incomplete": Fault(change(COHORTS, "is_complete = false")),
        "no_health_is_claimed_from_too_little": Fault(
            change(COHORTS, "cohort_health = 'healthy'", "months_since_signup = 0")
        ),
        "health_compares_a_cell_with_the_six_cohorts_before": Fault(
            change(COHORTS, "cohort_health = 'healthy'", "cohort_health in ('moderate', 'at_risk')")
        ),
    },
}
