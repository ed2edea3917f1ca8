"""Sessions in a database of the test's own."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import snowflake.connector

from emulator.client import Client
from emulator.process import Emulator


@pytest.fixture
def connect(
    snowflake_emulator: Emulator, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Client]]:
    """Open sessions in a database that only this test uses."""
    opened = []
    database = re.sub(r"\W", "_", request.node.name).upper()

    def open_one(**overrides: Any) -> Client:
        arguments = snowflake_emulator.connection_arguments(database=database, **overrides)
        opened.append(snowflake.connector.connect(**arguments))
        return Client(opened[-1])

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    return connect()
