"""``dagster dev`` in a process group of its own, and what its UI asks of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics_assets.settings import PROJECT_ROOT

_LAUNCH = """
mutation ($job: String!) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: "analytics_assets", repositoryName: "__repository__", jobName: $job
    },
    runConfigData: {}
  }) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
BIN = Path(sys.executable).parent
SLOWLY = 600.0  # seconds; two cores may be busy with other tests


@dataclass(frozen=True)
class DagsterDev:
    """A running ``dagster dev``."""

    process: subprocess.Popen[bytes]
    port: int

    def launch(self, job: str) -> str:
        """Start a run as the UI does; return its id."""
        answer = self.ask(_LAUNCH, {"job": job})["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def ask(self, query: str, variables: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    def is_ready(self) -> bool:
        query = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"
        try:
            return bool(self.ask(query, {})["repositoriesOrError"]["nodes"])
        except (urllib.error.URLError, ConnectionError, KeyError):
            return False

    def kill(self) -> None:
        """Kill it with all its processes, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def dagster_dev(environment: dict[str, str], log: Path) -> Iterator[DagsterDev]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [BIN / "dagster", "dev", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=PROJECT_ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    ui = DagsterDev(process, port)
    try:
        until(ui.is_ready)
        yield ui
    finally:
        if process.poll() is None:
            ui.kill()


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SLOWLY
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.5)
