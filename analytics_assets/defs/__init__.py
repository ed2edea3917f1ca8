"""Everything Dagster shows, one room per business question; what two rooms share is in lib."""
