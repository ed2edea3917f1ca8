"""What a Python-made table says about itself before it is materialized."""

from analytics_assets.asset_pages.documentation import declared

__all__ = ["declared"]
