"""Every kind of credential gets in, and is refused in Snowflake's words."""

import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from snowflake.connector.errors import DatabaseError, ProgrammingError

from analytics_assets.lib.warehouse.interface import WarehouseError
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
from analytics_assets.lib.warehouse.snowflake_account import read_account
from emulator.client import Client
from emulator.process import Emulator


def a_key() -> dict[str, Any]:
    return {
        "authenticator": "SNOWFLAKE_JWT",
        "private_key": rsa.generate_private_key(65537, 2048),
        "password": None,
    }


CREDENTIALS: dict[str, Callable[[], dict[str, Any]]] = {
    "SNOWFLAKE_JWT": a_key,
    "PROGRAMMATIC_ACCESS_TOKEN": lambda: {
        "authenticator": "PROGRAMMATIC_ACCESS_TOKEN",
        "token": "a token",
        "password": None,
    },
    "OAUTH": lambda: {"authenticator": "oauth", "token": "a token", "password": None},
    "": lambda: {"password": "a password"},
}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("SNOWFLAKE_JWT", 390144),
        ("PROGRAMMATIC_ACCESS_TOKEN", 394400),
        ("OAUTH", 390303),
        ("", 390100),
    ],
)
def test_a_refused_login_has_snowflakes_code(
    kind: str, code: int, connect: Callable[..., Client], snowflake_emulator: Emulator
):
    with (
        snowflake_emulator.refusing_logins(),
        pytest.raises(DatabaseError) as refused,
    ):
        connect(**CREDENTIALS[kind]())

    assert refused.value.errno == code
    assert snowflake_emulator.logins()[-1].ok is False
    assert connect().rows("select 1") == [(1,)]


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


def test_an_unknown_warehouse_is_refused_where_the_client_asks_for_validation(
    connect: Callable[..., Client],
):
    with pytest.raises(DatabaseError, match="warehouse does not exist"):
        connect(warehouse="NO_SUCH_WH", validate_default_parameters=True)

    assert connect(warehouse="NO_SUCH_WH").rows("select 1") == [(1,)]


def test_a_statement_can_be_made_to_fail(client: Client, snowflake_emulator: Emulator):
    with (
        snowflake_emulator.failing("as answer"),
        pytest.raises(ProgrammingError, match="a test asked for it"),
    ):
        client.rows("select 42 as answer")

    assert client.rows("select 1") == [(1,)]
