"""Jobs, schedule, sensors, freshness and alerts."""
