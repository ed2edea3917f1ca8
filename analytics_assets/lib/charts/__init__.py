"""Drawing, and what an asset's page shows."""
