"""BG/NBD and Gamma-Gamma: formulas only, no Dagster and no warehouse."""
