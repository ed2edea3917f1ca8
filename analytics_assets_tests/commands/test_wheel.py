"""The wheel holds all that a run needs, and works where there is no checkout."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from shell import shell_environment

from analytics_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow

SOURCES = ("analytics_assets", "dbt_project", "docs", "pyproject.toml", "setup.py")
TEXTS = ("README.md", "LICENSE")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of a copy of the project, and return the folder it is unpacked in."""
    copy = tmp_path_factory.mktemp("copy")
    for name in (*SOURCES, *TEXTS):
        source = PROJECT_ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("target", "logs", "__pycache__")
            shutil.copytree(source, copy / name, ignore=ignored)
        else:
            shutil.copy(source, copy)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", copy, copy], check=True)
    [wheel] = copy.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_it_builds_the_demonstration_and_answers_questions(installed: Path, tmp_path: Path):
    def run(command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", f"analytics_assets.command.{command}"],
            cwd=tmp_path,
            env={**shell_environment(tmp_path), "PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "dagster dev -m analytics_assets.definitions" in run("demo")
    assert "1. " in run("questions")
