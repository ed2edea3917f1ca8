"""What pyproject.toml cannot say: the wheel holds the dbt project inside the package."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["analytics_assets", "analytics_assets.*"]),
        "analytics_assets.dbt_project",
    ],
    package_dir={"analytics_assets.dbt_project": "dbt_project"},
    package_data={
        "analytics_assets": ["**/*.yml", "**/*.sql", "**/*.html"],
        "analytics_assets.dbt_project": ["*.yml", "models/**/*", "seeds/**/*", "macros/**/*"],
    },
)
