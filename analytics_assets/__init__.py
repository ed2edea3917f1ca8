"""Retail analytics on Dagster and dbt: basket lift, cohort retention, customer value."""
