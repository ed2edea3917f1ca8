"""What the page of monthly_cohorts says, on a triangle small enough to read."""

import pandas as pd

from analytics_assets.defs.cohorts.assets import cohort_figures


def triangle() -> pd.DataFrame:
    rows = [
        # cohort, month, size, active, revenue, complete
        ("2025-01-01", 0, 100, 70, 700.0, True),
        ("2025-01-01", 1, 100, 40, 400.5, True),
        ("2025-01-01", 2, 100, 5, 50.0, False),
        ("2025-02-01", 0, 300, 200, 2000.0, True),
        ("2025-02-01", 1, 300, 10, 90.0, False),
        ("2025-03-01", 0, 50, 5, 10.0, False),
    ]
    frame = pd.DataFrame(
        rows,
        columns=[
            *("cohort_month", "months_since_signup", "cohort_size", "active_customers"),
            *("cohort_revenue", "is_complete"),
        ],
    )
    frame["cohort_month"] = pd.to_datetime(frame["cohort_month"])
    return frame.assign(
        cohort_returns=frame["cohort_revenue"] / 10,
        retention_rate=frame["active_customers"] / frame["cohort_size"],
        cohort_health=["insufficient_data", "healthy", "at_risk", "healthy", "poor", "average"],
    )


def test_the_figures_are_of_the_newest_month_that_has_ended():
    assert cohort_figures(triangle()) == {
        "cohorts": 3,
        "active_customers": 240,  # February: 40 of January's and 200 of its own
        "month_revenue": 2400.5,
        "month_returns": 240.05,
        "month_1_retention": 0.4,
        "judged_cells": 5,
        "better_cells": 2,
        "worse_cells": 2,
    }
    assert cohort_figures(triangle().head(0)) == {
        "cohorts": 0,
        "active_customers": 0,
        "month_revenue": 0.0,
        "month_returns": 0.0,
        "judged_cells": 0,
        "better_cells": 0,
        "worse_cells": 0,
    }
