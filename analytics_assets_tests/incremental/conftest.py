"""One shop a session: parsing the dbt project costs more than all that is built with it."""

from collections.abc import Iterator

import pytest
from incremental_shop import IncrementalShop, dbt_environment, open_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IncrementalShop]:
    folder = tmp_path_factory.mktemp("incremental")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in dbt_environment(folder).items():
            patch.setenv(name, value)
        patch.delenv("ANALYTICS_VARS", raising=False)
        yield open_shop(folder)
