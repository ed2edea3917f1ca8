"""SQL that Python sends, as pure functions returning text that DuckDB and Snowflake both take."""
