"""Which account, and one credential: everything else is refused, and no value is printed."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from analytics_assets.lib.warehouse.snowflake_account import (
    AccessToken,
    AccountError,
    Browser,
    KeyPair,
    OAuthToken,
    WorkloadIdentity,
    read_account,
)
from analytics_assets.settings import SettingsError, load_settings

WHO = {
    "SNOWFLAKE_ACCOUNT": "myorg-account1",
    "SNOWFLAKE_USER": "ANALYTICS",
    "SNOWFLAKE_ROLE": "ANALYTICS_ASSETS",
    "SNOWFLAKE_WAREHOUSE": "ANALYTICS_ASSETS",
}
TOKEN = {"SNOWFLAKE_TOKEN": "S3CR3T"}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(passphrase: str | None = None) -> str:
    protection = (
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption()
    )
    return KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
    ).decode()


def test_the_database_has_a_default_and_secrets_have_none():
    assert read_account(WHO | TOKEN).database == "AUTOMATED_INTELLIGENCE"
    with pytest.raises(AccountError, match="no credential"):
        read_account(WHO)


def test_everything_that_is_missing_is_listed_at_once():
    with pytest.raises(AccountError) as refusal:
        read_account({})

    assert all(name in str(refusal.value) for name in (*WHO, "SNOWFLAKE_PRIVATE_KEY", "no cred"))


@pytest.mark.parametrize(
    ("credential", "kind"),
    [
        (TOKEN, AccessToken),
        ({"SNOWFLAKE_OAUTH_TOKEN": "S3CR3T"}, OAuthToken),
        ({"SNOWFLAKE_AUTHENTICATOR": "externalbrowser"}, Browser),
        ({"SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "AWS"}, WorkloadIdentity),
        ({"SNOWFLAKE_PRIVATE_KEY": pem()}, KeyPair),
        (
            {
                "SNOWFLAKE_PRIVATE_KEY": pem("S3CR3T"),
                "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "S3CR3T",
            },
            KeyPair,
        ),
    ],
    ids=["access token", "OAuth", "browser", "workload", "key", "encrypted key"],
)
def test_one_credential_is_enough_and_is_never_shown(credential: dict[str, str], kind: type):
    account = read_account(WHO | credential)

    assert isinstance(account.credential, kind)
    assert "S3CR3T" not in repr(account)
    assert "PRIVATE KEY" not in repr(account)


def test_a_key_may_be_in_a_file(tmp_path: Path):
    file = tmp_path / "key.p8"
    file.write_text(pem())

    account = read_account(WHO | {"SNOWFLAKE_PRIVATE_KEY_PATH": str(file)})

    assert isinstance(account.credential, KeyPair)
    assert account.credential.pem.get_secret_value() == pem()


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        (TOKEN | {"SNOWFLAKE_OAUTH_TOKEN": "S3CR3T"}, "more than one credential"),
        ({"SNOWFLAKE_PASSWORD": "S3CR3T"}, "SNOWFLAKE_PASSWORD is not read"),
        (TOKEN | {"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "S3CR3T"}, "has no passphrase"),
        ({"SNOWFLAKE_PRIVATE_KEY": "S3CR3T"}, "SNOWFLAKE_PRIVATE_KEY must hold a PEM text"),
        ({"SNOWFLAKE_PRIVATE_KEY": pem("S3CR3T")}, "no private key that can be read without"),
        (
            {"SNOWFLAKE_PRIVATE_KEY": pem(), "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "S3CR3T"},
            "if and only if the key is encrypted",
        ),
        ({"SNOWFLAKE_PRIVATE_KEY_PATH": "/no/such/key"}, "the path of a readable PEM file"),
        (
            {"SNOWFLAKE_PRIVATE_KEY_PATH": __file__},
            "the file of SNOWFLAKE_PRIVATE_KEY_PATH must hold",
        ),
        (TOKEN | {"SNOWFLAKE_ACCOUNT": "https://x.y/"}, "(got 'https://x.y/')"),
        (TOKEN | {"SNOWFLAKE_DATABASE": "a b; drop"}, "(got 'a b; drop')"),
        (TOKEN | {"SNOWFLAKE_ROLE": '"quoted"'}, "SNOWFLAKE_ROLE must be "),
        (TOKEN | {"SNOWFLAKE_PORT": "http"}, "a whole number from 1 to 65535"),
        (TOKEN | {"SNOWFLAKE_PORT": "0"}, "a whole number from 1 to 65535"),
        (TOKEN | {"SNOWFLAKE_STATEMENT_TIMEOUT_SECONDS": "-1"}, "a whole number from 1 to 604800"),
        (TOKEN | {"SNOWFLAKE_NETWORK_TIMEOUT_SECONDS": "45"}, "a whole number from 50 to 3600"),
        ({"SNOWFLAKE_AUTHENTICATOR": "okta"}, "must be externalbrowser"),
        ({"SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "IBM"}, "must be AWS or AZURE or GCP"),
        (TOKEN | {"SNOWFLAKE_AUTHENTICATOR": "externalbrowser"}, "more than one credential"),
        (TOKEN | {"SNOWFLAKE_PROTOCOL": "http"}, "credentials would travel in the clear"),
        (
            TOKEN | {"SNOWFLAKE_PROTOCOL": "http", "SNOWFLAKE_HOST": "example.org"},
            "credentials would travel in the clear",
        ),
    ],
)
def test_what_is_contradictory_or_malformed_is_refused_without_a_secret(
    environment: dict[str, str], told: str
):
    with pytest.raises(SettingsError) as refusal:
        load_settings({"ANALYTICS_TARGET": "snowflake", **WHO, **environment})

    assert told in str(refusal.value)
    assert "S3CR3T" not in str(refusal.value)
    assert "-----BEGIN PRIVATE" not in str(refusal.value)
    assert refusal.value.__cause__ is None
