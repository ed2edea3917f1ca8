"""When things run: freshness policies, the daily job and its schedule, sensors."""
