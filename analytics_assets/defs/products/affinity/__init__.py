"""The measures of a pair of products: formulas only."""
