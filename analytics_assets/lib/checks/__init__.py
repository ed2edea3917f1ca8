"""What each table promises: rules, one contract a table, and the checks that hold it to that."""
