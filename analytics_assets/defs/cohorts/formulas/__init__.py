"""The cohort grid and its health: formulas only."""
