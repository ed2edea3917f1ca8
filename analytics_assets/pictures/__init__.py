"""Pictures for an asset's page, one file each: from a frame, what will be drawn, then its figure.

Pure functions: no dagster, no database, no path, no clock.
"""
