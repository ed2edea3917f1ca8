"""The one clock, as SQL that any rule on a row can use."""

AS_OF_DATE = "(select as_of_date from staging.stg_clock)"
