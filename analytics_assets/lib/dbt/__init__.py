"""The dbt project as Dagster assets: its manifest, its names here, and how it is run."""
