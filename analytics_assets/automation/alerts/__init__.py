"""Who is told, and how, when a run fails, a check fails, or a table becomes too old."""
