"""Pure functions, frames in and frames out; no dagster, dbt, driver, path, clock or environment."""
