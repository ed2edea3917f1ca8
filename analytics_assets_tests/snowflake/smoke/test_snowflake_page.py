"""docs/snowflake.md: its settings are those that are read, and its commands work."""

import base64
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)
from emulator.process import Emulator
from sql_files import PAGE, blocks

from analytics_assets.lib.warehouse.snowflake_account import KeyPair
from analytics_assets.settings import PROJECT_ROOT, load_settings

CONNECT = """
from analytics_assets.settings import load_settings
from analytics_assets.lib.warehouse.snowflake import SnowflakeWarehouse
with SnowflakeWarehouse(load_settings().snowflake).session() as session:
    session.read("select 1 as one")
"""
ROWS = [
    [cell.strip(" `") for cell in row.strip("|").split("|")]
    for row in re.findall(r"^\| `SNOWFLAKE_\w+` \|.*", PAGE.read_text(), re.M)
]


def test_every_setting_of_the_account_is_on_the_page_and_no_other():
    source = (PROJECT_ROOT / "analytics_assets/lib/warehouse/snowflake_account.py").read_text()
    read = set(re.findall(r'"(SNOWFLAKE_\w+)"', source)) - {"SNOWFLAKE_PASSWORD"}

    assert {name for name, _, _ in ROWS} == read


def test_the_defaults_of_the_page_are_those_of_the_settings():
    defaults = {name: default for name, default, _ in ROWS}
    needed = {name: "x" for name, default in defaults.items() if default == "needed"}
    account = load_settings(
        {"ANALYTICS_TARGET": "snowflake", **needed, "SNOWFLAKE_TOKEN": "x"}
    ).snowflake

    assert account is not None
    assert defaults["SNOWFLAKE_DATABASE"] == account.database
    assert defaults["SNOWFLAKE_PROTOCOL"] == account.protocol
    assert defaults["SNOWFLAKE_STATEMENT_TIMEOUT_SECONDS"] == str(account.statement_timeout_seconds)
    assert defaults["SNOWFLAKE_NETWORK_TIMEOUT_SECONDS"] == str(account.network_timeout_seconds)


@pytest.mark.skipif(not shutil.which("openssl"), reason="NOT RUN: there is no openssl here")
def test_the_commands_about_the_key_make_a_key_pair(tmp_path: Path):
    (block,) = [block for block in blocks("sh") if "openssl genrsa" in block]

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    path = tmp_path / "analytics_assets.p8"
    assert path.stat().st_mode & 0o077 == 0
    needed = {name: "x" for name, default, _ in ROWS if default == "needed"}
    settings = load_settings(
        {"ANALYTICS_TARGET": "snowflake", **needed, "SNOWFLAKE_PRIVATE_KEY_PATH": str(path)}
    )
    assert settings.snowflake is not None
    assert isinstance(settings.snowflake.credential, KeyPair)
    assert load_der_public_key(base64.b64decode(done.stdout, validate=True))


@pytest.mark.slow
def test_the_first_run_of_the_page_reaches_the_account(
    snowflake_emulator: Emulator, tmp_path: Path
):
    """All but its last command, which the tests of the graph run, and a question in its place."""
    # The only warehouse that the emulator knows.
    ask = f"SNOWFLAKE_WAREHOUSE=COMPUTE_WH python -c {shlex.quote(CONNECT)}"
    (block,) = [block for block in blocks("sh") if "export ANALYTICS_TARGET" in block]
    first, *commands, last = block.splitlines()
    assert first == "source .venv/bin/activate"
    assert last == "dg launch --job daily_refresh"
    whereabouts = {
        name: value
        for name, value in snowflake_emulator.environment().items()
        if name in ("SNOWFLAKE_HOST", "SNOWFLAKE_PORT", "SNOWFLAKE_PROTOCOL")
    }
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "analytics_assets.p8").write_bytes(key.private_bytes(*pem))
    project = ("ANALYTICS", "SNOWFLAKE", "DAGSTER")
    others = {name: value for name, value in os.environ.items() if not name.startswith(project)}

    done = subprocess.run(
        ["bash", "-euc", "\n".join([*commands, ask])],
        cwd=PROJECT_ROOT,
        env={
            **others,
            **whereabouts,
            "HOME": str(tmp_path),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "DAGSTER_HOME": "",
            "ANALYTICS_DUCKDB_PATH": str(tmp_path / "automated_intelligence.duckdb"),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    login = snowflake_emulator.logins()[-1]
    assert (login.user, login.role, login.authenticator, login.ok) == (
        "ANALYTICS_ASSETS_SERVICE",
        "ANALYTICS_ASSETS",
        "SNOWFLAKE_JWT",
        True,
    )
