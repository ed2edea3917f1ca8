"""What an asset's page in the UI shows, as Dagster metadata: words, figures, tables, pictures."""
