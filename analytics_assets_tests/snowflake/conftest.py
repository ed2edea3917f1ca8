"""One emulated Snowflake account for the tests of this folder."""

import warnings
from collections.abc import Iterator

import pytest
from emulator.process import Emulator, running


@pytest.fixture(scope="session")
def snowflake_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A process of its own on 127.0.0.1; its handle gives connections, variables and the log."""
    with warnings.catch_warnings():
        # dagster-snowflake describes the fields of its resource the old way.
        warnings.simplefilter("ignore")
        import dagster_snowflake  # noqa: F401
    with running(tmp_path_factory.mktemp("emulator")) as emulator:
        yield emulator
