"""A Dagster instance and a webhook for each test."""

import threading
from collections.abc import Iterator

import dagster as dg
import pytest
from webhook import Webhook


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """An instance in memory: faster by a second than one on disk."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()
