"""Fake credentials in the environment of a good run and a bad one: they are written nowhere."""

import base64
import sqlite3
import subprocess
import sys
import urllib.parse
import zlib
from pathlib import Path

import duckdb
import pytest
from leaks import leaks
from shell import shell_environment

from analytics_assets.settings import PROJECT_ROOT

SECRETS = {
    "password of the alert address": "S3CR3T+alert/pass=word",
    "path of the alert address": "S3CR3T-alert-path-8f14e45f",
    "token": "S3CR3T.token.c9f0f895fb98ab91",
    "private key": "S3CR3Tprivatekey45c48cce2e2d7fbd",
    "passphrase": "S3CR3T passphrase d3d94468",
    "password": "S3CR3T&password?6512bd43",
}
ALERT_URL = (
    f"jsons://user:{urllib.parse.quote(SECRETS['password of the alert address'], safe='')}"
    f"@127.0.0.1:9/{SECRETS['path of the alert address']}?cto=0.5&rto=0.5"
)
FAKES = {
    "ANALYTICS_ALERT_URL": ALERT_URL,
    "SNOWFLAKE_TOKEN": SECRETS["token"],
    "SNOWFLAKE_PRIVATE_KEY": SECRETS["private key"],
    "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": SECRETS["passphrase"],
    "SNOWFLAKE_PASSWORD": SECRETS["password"],
}
VALIDATE = "dagster definitions validate -m analytics_assets.definitions"
LIST = "dagster asset list -m analytics_assets.definitions"
# What the daemon does with the sensor of runs: one tick, and the cursor kept for the next.
TICK = """
import sys
from pathlib import Path
import dagster as dg
from analytics_assets.defs.automation.alerts import alert_sensors
from analytics_assets.settings import load_settings

settings = load_settings()
[sensor] = [
    sensor for sensor in alert_sensors(settings.alert_urls, settings.dagster_url)
    if sensor.name == "alert_runs"
]
kept = Path(sys.argv[1])
before = kept.read_text() if kept.exists() else None
with (
    dg.DagsterInstance.get() as instance,
    dg.build_sensor_context(instance=instance, cursor=before) as context,
):
    print(sensor(context))
    kept.write_text(context.cursor)
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the project writes, and what each command said."""
    folder = tmp_path_factory.mktemp("used")
    (folder / "bad_files").mkdir()
    (folder / "bad_files" / "orders.csv").write_text("order_id\n")

    tick = ["-c", TICK, str(folder / "cursor.txt")]
    run(folder, "demo", "analytics_assets.command.demo", fails=False)
    run(folder, "first tick", tick, fails=False)
    bad = {"ANALYTICS_LANDING_DIR": str(folder / "bad_files")}
    run(folder, "bad demo", "analytics_assets.command.demo", fails=True, **bad)
    run(folder, "validate", VALIDATE, fails=False)
    run(folder, "alert", tick, fails=False)
    run(folder, "wrong setting", LIST, fails=True, ANALYTICS_VARS="[")
    address = ALERT_URL.replace("jsons:", "nosuch:")
    run(folder, "wrong address", LIST, fails=True, ANALYTICS_ALERT_URL=address)
    account = {f"SNOWFLAKE_{name}": "X" for name in ("ACCOUNT", "USER", "ROLE", "WAREHOUSE")}
    two_keys = {"ANALYTICS_TARGET": "snowflake", **account}
    run(folder, "two credentials", LIST, fails=True, **two_keys)
    one_key = {name: "" for name in FAKES if "PRIVATE" in name}
    run(folder, "snowflake", VALIDATE, fails=False, **two_keys, **one_key)
    return folder


def run(folder: Path, name: str, command: str | list[str], fails: bool, **environment: str) -> None:
    arguments = ["-m", *command.split()] if isinstance(command, str) else command
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT_ROOT,
        env={
            **shell_environment(folder),
            "ANALYTICS_DEMO_SCALE": "0.02",
            **FAKES,
            **environment,
        },
        capture_output=True,
        check=False,
        timeout=400,
    )
    (folder / f"{name}.txt").write_bytes(done.stdout + done.stderr)
    assert bool(done.returncode) == fails, (done.stdout + done.stderr).decode()


@pytest.mark.slow
def test_no_log_event_artifact_or_message_holds_a_secret(used: Path):
    # These were written, or there would be nothing to find.
    assert list((used / "home").rglob("*.db"))
    assert list(used.rglob("manifest.json"))
    assert "JSON 1" in (used / "alert.txt").read_text() + (used / "cursor.txt").read_text()

    assert leaks(used, SECRETS) == []


@pytest.mark.slow
def test_no_table_holds_a_secret(used: Path, tmp_path: Path):
    with duckdb.connect(used / "automated_intelligence.duckdb", read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
        ).fetchall()
        assert tables
        for (table,) in tables:
            connection.execute(f"copy {table} to '{tmp_path}/{table}.csv'").fetchall()

    assert leaks(tmp_path, SECRETS) == []


def test_a_secret_is_found_however_it_is_written(tmp_path: Path):
    secret = SECRETS["password of the alert address"]
    quoted = urllib.parse.quote(secret, safe="")
    for name, content in {
        "plain": f"x{secret}x".encode(),
        "quoted": f"json://u:{quoted}@h".encode(),
        "quoted twice": urllib.parse.quote(quoted, safe="").encode(),
        **{f"base64 {n}": base64.b64encode(b"u" * n + f":{secret}@".encode()) for n in range(3)},
    }.items():
        (tmp_path / name).write_bytes(content)
    database = sqlite3.connect(tmp_path / "packed.db")
    database.execute("create table snapshots (body blob)")
    database.execute("insert into snapshots values (?)", [zlib.compress(secret.encode())])
    database.commit()
    database.close()
    (tmp_path / "clean").write_bytes(b"S3CR3T of something else")

    found = leaks(tmp_path, {"it": secret})

    assert {place.split("/")[-1].split(",")[0] for place in found} == {
        *["plain", "quoted", "quoted twice", "base64 0", "base64 1", "base64 2", "packed.db"],
    }
