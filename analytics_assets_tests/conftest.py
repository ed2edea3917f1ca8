"""Settings every test shares, and the whole graph, materialized once a session."""

import os

import pytest
from hypothesis import HealthCheck, settings

from analytics_assets.settings import PROJECT_ROOT

settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")

# One manifest for all tests, whatever database they use.
os.environ.setdefault("DBT_TARGET_PATH", str(PROJECT_ROOT / "dbt_project" / "target" / "tests"))


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory):
    """The demonstration shop at a twentieth, through every asset."""
    from materialized_shop import build_shop

    return build_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def definitions():
    """All definitions of the default settings; who asks is on one worker, which makes them once."""
    from analytics_assets.definitions import build_definitions
    from analytics_assets.settings import load_settings

    return build_definitions(load_settings({}))
