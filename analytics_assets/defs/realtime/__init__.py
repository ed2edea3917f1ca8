"""The realtime tables: orders as they stand now, whatever the as_of_date."""
