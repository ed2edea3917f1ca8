"""Which Snowflake account, and who asks: read from the environment's SNOWFLAKE_* variables.

No secret has a default, and none appears in a message, a log or a repr.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr

from analytics_assets.errors import AnalyticsError

_REQUIRED = ("SNOWFLAKE_ACCOUNT", "SNOWFLAKE_USER", "SNOWFLAKE_ROLE", "SNOWFLAKE_WAREHOUSE")
_ACCOUNT = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_$]*"
_LONGEST_TIMEOUT_SECONDS = 7 * 24 * 3600
_LEAST_NETWORK_TIMEOUT_SECONDS = 50
# Formats of analytics_assets.intake whose tables lie in a warehouse, and their table of orders.
SOURCE_FORMATS = {"airbyte_shopify": "ORDERS", "fivetran_shopify": '"ORDER"'}
_WORKLOADS = ("AWS", "AZURE", "GCP")


class AccountError(AnalyticsError):
    """The SNOWFLAKE_* variables do not say who connects to what; the message lists the needs."""


@dataclass(frozen=True)
class KeyPair:
    """A private key as PEM text, and its passphrase where it is encrypted."""

    pem: SecretStr
    passphrase: SecretStr | None


@dataclass(frozen=True)
class AccessToken:
    """A programmatic access token."""

    token: SecretStr


@dataclass(frozen=True)
class OAuthToken:
    """An OAuth access token."""

    token: SecretStr


@dataclass(frozen=True)
class Browser:
    """A person, who logs in with the company's identity provider in a browser."""


@dataclass(frozen=True)
class WorkloadIdentity:
    """A service that its cloud vouches for: AWS, AZURE or GCP. No secret is kept anywhere."""

    provider: str


Credential = KeyPair | AccessToken | OAuthToken | Browser | WorkloadIdentity


@dataclass(frozen=True)
class SnowflakeAccount:
    """Everything a connection needs.

    Attributes:
        account: the account identifier, such as ``myorg-account1``.
        user: the service user, or a person.
        role: the role whose grants apply.
        warehouse: the virtual warehouse that computes.
        database: the database of the schemas raw, staging, analytics and realtime.
        source: database and schema of the tables that the shop's own loader fills.
        source_format: what those tables are, such as ``fivetran_shopify``; None: the project's own.
        credential: how the user proves who it is.
        host: another host than the account's own, or None.
        port: another port than the protocol's own, or None.
        protocol: ``https``, or ``http`` towards a loopback address.
        statement_timeout_seconds: after how long Snowflake ends a statement.
        network_timeout_seconds: after how long a request that gets no answer is given up. Snowflake
            answers every 45 seconds, if only "in progress", so at least 50.
    """

    account: str
    user: str
    role: str
    warehouse: str
    database: str
    source: str
    source_format: str | None
    credential: Credential
    host: str | None
    port: int | None
    protocol: str
    statement_timeout_seconds: int
    network_timeout_seconds: int


def read_account(env: Mapping[str, str]) -> SnowflakeAccount:
    """Return the account that the variables name.

    Raises:
        AccountError: something is missing, contradictory or malformed.
    """
    missing = [name for name in _REQUIRED if not env.get(name)]
    given = [name for name in _CREDENTIALS if env.get(name)]
    if missing or len(given) != 1:
        raise AccountError(_needed(missing, given, password="SNOWFLAKE_PASSWORD" in env))
    (how,) = given
    if env.get("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE") and "PRIVATE_KEY" not in how:
        raise AccountError(
            f"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE is set beside {how}, which has no passphrase: unset "
            "one of them"
        )
    database = _identifier(env, "SNOWFLAKE_DATABASE", "AUTOMATED_INTELLIGENCE")
    return SnowflakeAccount(
        account=_matching(env, "SNOWFLAKE_ACCOUNT", _ACCOUNT, "myorg-account1"),
        user=env["SNOWFLAKE_USER"],
        role=_matching(env, "SNOWFLAKE_ROLE", _IDENTIFIER, "ANALYTICS_ASSETS"),
        warehouse=_matching(env, "SNOWFLAKE_WAREHOUSE", _IDENTIFIER, "ANALYTICS_ASSETS"),
        database=database,
        source=".".join(
            (
                _identifier(env, "SNOWFLAKE_SOURCE_DATABASE", database),
                _identifier(env, "SNOWFLAKE_SOURCE_SCHEMA", "LOADED"),
            )
        ),
        source_format=_one_of(env, "SNOWFLAKE_SOURCE_FORMAT", tuple(SOURCE_FORMATS))
        if env.get("SNOWFLAKE_SOURCE_FORMAT")
        else None,
        credential=_CREDENTIALS[how](env),
        host=env.get("SNOWFLAKE_HOST") or None,
        port=_whole_number(env, "SNOWFLAKE_PORT", 1, 65535),
        protocol=_protocol(env),
        statement_timeout_seconds=_whole_number(
            env, "SNOWFLAKE_STATEMENT_TIMEOUT_SECONDS", 1, _LONGEST_TIMEOUT_SECONDS
        )
        or 3600,
        network_timeout_seconds=_whole_number(
            env, "SNOWFLAKE_NETWORK_TIMEOUT_SECONDS", _LEAST_NETWORK_TIMEOUT_SECONDS, 3600
        )
        or 60,
    )


def _needed(missing: list[str], given: list[str], *, password: bool) -> str:
    faults = []
    if missing:
        faults.append(f"not set: {', '.join(missing)}")
    if len(given) > 1:
        faults.append(f"more than one credential: {' and '.join(given)}; unset all but one")
    if not given:
        faults.append("no credential")
        if password:
            faults.append("SNOWFLAKE_PASSWORD is not read: Snowflake ends passwords of services")
    return (
        f"ANALYTICS_TARGET is 'snowflake', which needs {', '.join(_REQUIRED)} and exactly one of "
        f"{', '.join(_CREDENTIALS)}; {'; '.join(faults)}. docs/snowflake.md says how to get them"
    )


def _matching(env: Mapping[str, str], name: str, pattern: str, example: str) -> str:
    if not re.fullmatch(pattern, env[name]):
        raise AccountError(f"{name} must be a name such as {example} (got {env[name]!r})")
    return env[name]


def _identifier(env: Mapping[str, str], name: str, default: str) -> str:
    return _matching({name: env.get(name) or default}, name, _IDENTIFIER, default)


def _whole_number(env: Mapping[str, str], name: str, least: int, largest: int) -> int | None:
    value = env.get(name)
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= largest:
        raise AccountError(
            f"{name} must be a whole number from {least} to {largest} (got {value!r})"
        )
    return int(value)


def _protocol(env: Mapping[str, str]) -> str:
    value = env.get("SNOWFLAKE_PROTOCOL") or "https"
    local = env.get("SNOWFLAKE_HOST") in ("127.0.0.1", "localhost")
    if value != "https" and not (value == "http" and local):
        raise AccountError(
            f"SNOWFLAKE_PROTOCOL must be https (got {value!r}); http only towards SNOWFLAKE_HOST="
            "127.0.0.1, since credentials would travel in the clear"
        )
    return value


def _key_from_file(env: Mapping[str, str]) -> KeyPair:
    name, value = "SNOWFLAKE_PRIVATE_KEY_PATH", env["SNOWFLAKE_PRIVATE_KEY_PATH"]
    try:
        pem = Path(value).expanduser().read_text()
    except (OSError, UnicodeDecodeError):
        raise AccountError(
            f"{name} must be the path of a readable PEM file with a private key (got {value!r})"
        ) from None
    return _key_pair(f"the file of {name}", pem, env)


def _key_pair(where: str, pem: str, env: Mapping[str, str]) -> KeyPair:
    passphrase = env.get("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE")
    try:
        load_pem_private_key(pem.encode(), passphrase.encode() if passphrase else None)
    except (ValueError, TypeError):
        # Its own message may quote the key or the passphrase.
        raise AccountError(
            f"{where} must hold a PEM text from -----BEGIN to -----END (got no private key that "
            f"can be read {'with' if passphrase else 'without'} SNOWFLAKE_PRIVATE_KEY_PASSPHRASE). "
            "Next: set the passphrase if and only if the key is encrypted"
        ) from None
    return KeyPair(SecretStr(pem), SecretStr(passphrase) if passphrase else None)


def _browser(env: Mapping[str, str]) -> Browser:
    _one_of(env, "SNOWFLAKE_AUTHENTICATOR", ("externalbrowser",))
    return Browser()


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if env[name] not in allowed:
        raise AccountError(f"{name} must be {' or '.join(allowed)} (got {env[name]!r})")
    return env[name]


_CREDENTIALS: Mapping[str, Callable[[Mapping[str, str]], Credential]] = {
    "SNOWFLAKE_PRIVATE_KEY_PATH": _key_from_file,
    "SNOWFLAKE_PRIVATE_KEY": lambda env: _key_pair(
        "SNOWFLAKE_PRIVATE_KEY", env["SNOWFLAKE_PRIVATE_KEY"], env
    ),
    "SNOWFLAKE_TOKEN": lambda env: AccessToken(SecretStr(env["SNOWFLAKE_TOKEN"])),
    "SNOWFLAKE_OAUTH_TOKEN": lambda env: OAuthToken(SecretStr(env["SNOWFLAKE_OAUTH_TOKEN"])),
    "SNOWFLAKE_AUTHENTICATOR": _browser,
    "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": lambda env: WorkloadIdentity(
        _one_of(env, "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER", _WORKLOADS)
    ),
}
