"""Every kind of credential gets in, by the project's own variables."""

import threading
import urllib.request
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from emulator.process import Emulator

from analytics_assets.lib.warehouse.interface import WarehouseError
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import read_account


def pem() -> str:
    key = rsa.generate_private_key(65537, 2048)
    encoded = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return encoded.decode()


@pytest.mark.parametrize(
    ("variable", "value", "kind"),
    [
        ("SNOWFLAKE_TOKEN", lambda: "a token", "PROGRAMMATIC_ACCESS_TOKEN"),
        ("SNOWFLAKE_OAUTH_TOKEN", lambda: "a token", "OAUTH"),
        ("SNOWFLAKE_PRIVATE_KEY", pem, "SNOWFLAKE_JWT"),
    ],
)
def test_the_project_reaches_it_by_its_own_variables(
    variable: str, value: Callable[[], str], kind: str, snowflake_emulator: Emulator
):
    environment = snowflake_emulator.environment(**{variable: value()})

    with SnowflakeWarehouse(read_account(environment)).session() as session:
        assert session.read("select 1 as n").to_dict("list") == {"n": [1]}
    assert snowflake_emulator.logins()[-1].authenticator == kind


def test_a_person_logs_in_by_a_browser(
    snowflake_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
):
    def opened(address: str, *_: object) -> bool:
        threading.Thread(target=lambda: urllib.request.urlopen(address).close()).start()
        return True

    monkeypatch.setattr("webbrowser.open_new", opened)
    monkeypatch.setattr("webbrowser.open", opened)
    account = read_account(
        snowflake_emulator.environment(SNOWFLAKE_AUTHENTICATOR="externalbrowser")
    )

    with SnowflakeWarehouse(account).session() as session:
        assert session.read("select 1 as n").to_dict("list") == {"n": [1]}
    assert snowflake_emulator.logins()[-1].authenticator == "EXTERNALBROWSER"


# Dagster hands the provider's name on as a text, which the connector takes and warns of.
@pytest.mark.filterwarnings("ignore:'workload_identity_provider' connection parameter:UserWarning")
def test_a_workload_identity_reaches_the_connector(snowflake_emulator: Emulator):
    """No further: the connector shows its cloud's word to Snowflake's own hosts only."""
    account = read_account(
        snowflake_emulator.environment(SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER="GCP")
    )

    with (
        pytest.raises(WarehouseError, match="WORKLOAD_IDENTITY requires a recognized Snowflake"),
        SnowflakeWarehouse(account).session(),
    ):
        pass
