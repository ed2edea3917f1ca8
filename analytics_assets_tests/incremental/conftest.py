"""One shop a session: parsing the dbt project costs more than all that is built with it."""

from collections.abc import Iterator

import pytest
from incremental_shop import IncrementalShop, incremental_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IncrementalShop]:
    with incremental_shop(tmp_path_factory.mktemp("incremental")) as shop:
        yield shop
