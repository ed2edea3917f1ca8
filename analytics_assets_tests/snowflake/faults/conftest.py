"""A warehouse behind a network that tests can cut."""

import dataclasses
from collections.abc import Iterator

import pytest
from emulator.process import Emulator
from network import Network, network_to

from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import SnowflakeAccount, read_account

TIMEOUT_SECONDS = 4


@pytest.fixture
def network(snowflake_emulator: Emulator) -> Iterator[Network]:
    with network_to(snowflake_emulator.port) as network:
        yield network


@pytest.fixture
def account(snowflake_emulator: Emulator, network: Network) -> SnowflakeAccount:
    direct = read_account(snowflake_emulator.environment("FAULTS", SNOWFLAKE_TOKEN="t0k3n"))
    return dataclasses.replace(direct, port=network.port, network_timeout_seconds=TIMEOUT_SECONDS)


@pytest.fixture
def warehouse(account: SnowflakeAccount) -> SnowflakeWarehouse:
    return SnowflakeWarehouse(account)
