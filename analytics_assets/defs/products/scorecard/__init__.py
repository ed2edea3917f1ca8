"""How well recommendations do: formulas only."""
