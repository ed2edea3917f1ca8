"""What pyproject.toml cannot say: the wheel also holds the dbt project and the questions."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["analytics_assets", "analytics_assets.*"]),
        "analytics_assets.dbt_project",
        "analytics_assets.docs",
    ],
    package_dir={"analytics_assets.dbt_project": "dbt_project", "analytics_assets.docs": "docs"},
    package_data={
        "analytics_assets": ["**/*.yml", "**/*.sql", "**/*.html"],
        "analytics_assets.dbt_project": ["*.yml", "models/**/*", "seeds/**/*", "macros/**/*"],
        "analytics_assets.docs": ["questions.sql"],
    },
)
