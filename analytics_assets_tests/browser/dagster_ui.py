"""The UI as `make ui` starts it, over a small shop, and a browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analytics_assets.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = shutil.which("chromium")
START_SECONDS = 180
# A closed network and a container need these of Debian's chromium.
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@dataclass(frozen=True)
class DagsterUi:
    """A running UI.

    Attributes:
        address: where it answers.
        environment: that of the shop, for commands beside it.
    """

    address: str
    environment: dict[str, str]


def build_shop(folder: Path) -> dict[str, str]:
    """Run `make demo`'s command on a small shop in ``folder``; return its environment."""
    home = folder / "home"
    home.mkdir()
    shutil.copy(PROJECT_ROOT / "dagster.yaml", home)
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "ANALYTICS_DUCKDB_PATH": str(folder / "automated_intelligence.duckdb"),
        "ANALYTICS_DEMO_SCALE": "0.2",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    subprocess.run(
        [sys.executable, "-m", "analytics_assets.command.demo"],
        env=environment,
        cwd=PROJECT_ROOT,
        capture_output=True,
        check=True,
        timeout=300,
    )
    return environment


@contextmanager
def running_ui(environment: dict[str, str], folder: Path) -> Iterator[DagsterUi]:
    """Run what `make ui` runs, on a free port; end every process of it on the way out."""
    command = _command_of_make_ui(free_port())
    with (folder / "ui.txt").open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=PROJECT_ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{command[-1]}"
    try:
        _wait_for(f"{address}/server_info", process)
        yield DagsterUi(address, environment)
    finally:
        # `dagster dev` waits for its runs when it is asked politely.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _command_of_make_ui(port: int) -> list[str]:
    makefile = (PROJECT_ROOT / "Makefile").read_text()
    found = re.search(r"\$\(BIN\)/(dg dev .*) --port \$\(PORT\)$", makefile, re.M)
    assert found, "the Makefile no longer says how the UI is started"
    words = found[1].split()
    return [str(Path(sys.executable).parent / words[0]), *words[1:], "--port", str(port)]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, "the UI ended by itself"
        assert time.monotonic() < deadline, "the UI does not answer"
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.5)


@contextmanager
def chromium() -> Iterator[Browser]:
    # Half a second, which the quick tests need not pay.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def watched_page(browser: Browser, faults: list[str]) -> Page:
    """Return a new page, whose errors go to ``faults``."""

    def keep_errors(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    page = browser.new_page(viewport={"width": 1500, "height": 900})
    page.on("console", keep_errors)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_default_timeout(60_000)
    return page
