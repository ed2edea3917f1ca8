"""A shop to run commands on, made the way `make demo` makes it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import shell_environment

from analytics_assets.settings import PROJECT_ROOT

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "analytics_assets.command.demo"],
        cwd=PROJECT_ROOT,
        env=shell_environment(folder),
        check=True,
        capture_output=True,
        text=True,
    )
    # What a newcomer reads has no noise of libraries around it.
    assert done.stderr == ""
    return folder


@pytest.fixture
def run(demo_folder: Path) -> Run:
    """Run a command line in a shell of its own, in the project's folder or one below it."""

    def in_shell(line: str, folder: str = ".") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            line,
            shell=True,
            cwd=PROJECT_ROOT / folder,
            env=shell_environment(demo_folder),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return in_shell
