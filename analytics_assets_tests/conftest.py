"""Settings every test shares, and the whole graph, materialized once a session."""

import os

import pytest
from hypothesis import HealthCheck, settings

from analytics_assets.settings import PROJECT_ROOT

settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")

# One manifest for all tests, whatever database they use.
os.environ.setdefault("DBT_TARGET_PATH", str(PROJECT_ROOT / "dbt_project" / "target" / "tests"))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the quick tests of a file on one worker: what they share is made once."""
    for item in items:
        if not any(item.iter_markers("xdist_group")) and not any(item.iter_markers("slow")):
            group = "snowflake" if "snowflake" in item.path.parts else item.path.stem
            item.add_marker(pytest.mark.xdist_group(group))


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
