"""The whole graph, materialized once a session."""

import pytest
from materialized_shop import Shop, run_job, settings_for


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    settings = settings_for(tmp_path_factory.mktemp("shop"))
    return Shop(settings, run_job(settings))
