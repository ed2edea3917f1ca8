"""Starts and stops the emulator, and is what a test holds of it."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.wire import Login, Statement, records

DATABASE = "AUTOMATED_INTELLIGENCE"
START_SECONDS = 60
SOMETHING_FAILED = ("000603", "SQL execution internal error: a test asked for it.")
TIMED_OUT = (
    "000630",
    "Statement reached its statement or warehouse timeout of 1 second(s) and was canceled.",
)


@dataclass(frozen=True)
class Emulator:
    """A running emulator.

    Attributes:
        port: its port on 127.0.0.1.
        folder: its logs and its own output.
    """

    port: int
    folder: Path

    def connection_arguments(self, **overrides: Any) -> dict[str, Any]:
        """Return the arguments of ``snowflake.connector.connect``: a password will do here."""
        return {
            "account": "emulator",
            "user": "ci",
            "password": "ci",
            "role": "TRANSFORMER",
            "warehouse": "COMPUTE_WH",
            "database": DATABASE,
            "schema": "ANALYTICS",
            "host": "127.0.0.1",
            "port": self.port,
            "protocol": "http",
            "login_timeout": 5,
            "network_timeout": 5,
            "session_parameters": {"CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED": False},
            **overrides,
        }

    def environment(self, database: str = DATABASE, **credential: str) -> dict[str, str]:
        """Return the environment variables by which the project reaches the emulator.

        ``credential`` is one of the project's own variables, such as SNOWFLAKE_OAUTH_TOKEN; a
        programmatic access token without it. A database is made at the first login that names
        it, so tests need not share one.
        """
        return {
            "ANALYTICS_TARGET": "snowflake",
            "SNOWFLAKE_ACCOUNT": "emulator",
            "SNOWFLAKE_USER": "ci",
            "SNOWFLAKE_ROLE": "TRANSFORMER",
            "SNOWFLAKE_WAREHOUSE": "COMPUTE_WH",
            "SNOWFLAKE_DATABASE": database,
            "SNOWFLAKE_HOST": "127.0.0.1",
            "SNOWFLAKE_PORT": str(self.port),
            "SNOWFLAKE_PROTOCOL": "http",
            **(credential or {"SNOWFLAKE_TOKEN": "a programmatic access token"}),
        }

    def statements(self, since: int = 0) -> list[Statement]:
        """Return what arrived, oldest first, without the first ``since`` of them."""
        found = [Statement(**record) for record in records(self.folder / "wire.jsonl")]
        return found[since:]

    def logins(self) -> list[Login]:
        """Return every attempt to log in, oldest first."""
        return [Login(**record) for record in records(self.folder / "logins.jsonl")]

    @contextmanager
    def refusing_logins(self) -> Iterator[None]:
        """Refuse every credential meanwhile, in Snowflake's words for an access token."""
        with self._switched(refuses_logins=True):
            yield

    @contextmanager
    def failing(self, pattern: str, failure: tuple[str, str] = SOMETHING_FAILED) -> Iterator[None]:
        """Let every statement fail meanwhile in which the regular expression is found.

        ``failure`` is Snowflake's code and message.
        """
        with self._switched(failing=pattern, failure=failure):
            yield

    @contextmanager
    def slow(self, pattern: str, seconds: float) -> Iterator[None]:
        """Let every statement take longer meanwhile in which the regular expression is found."""
        with self._switched(slow=pattern, seconds=seconds):
            yield

    @contextmanager
    def _switched(self, **switches: Any) -> Iterator[None]:
        self._switch(switches)
        try:
            yield
        finally:
            self._switch({"refuses_logins": False, "failing": None, "slow": None})

    def _switch(self, switches: dict[str, Any]) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/emulator/switches", json.dumps(switches).encode()
        )
        with urllib.request.urlopen(request, timeout=5):
            pass


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    """Start an emulator with an empty account, and stop it on the way out."""
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", str(folder)],
            cwd=Path(__file__).resolve().parent.parent,
            # fakesnow keeps staged files in the folder for temporary ones.
            env={**os.environ, "TMPDIR": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _ready(process, folder)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(process: subprocess.Popen[bytes], folder: Path) -> Emulator:
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "ready.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            output = (folder / "output.txt").read_text("utf-8", "replace")
            raise RuntimeError(f"the emulator did not start:\n{output[-2000:]}")
        time.sleep(0.05)
    ready = json.loads((folder / "ready.json").read_text("utf-8"))
    return Emulator(port=ready["port"], folder=folder)
