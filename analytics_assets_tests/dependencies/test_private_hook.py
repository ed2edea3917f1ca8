"""dagster-dbt's private look-up of dbt's version is still the one that is replaced."""

import os
from pathlib import Path

import pytest
from dagster_dbt import DbtCliResource

from analytics_assets.lib.dbt.command import DbtCommand
from analytics_assets.settings import DBT_PROJECT_DIR


def commands_of(kind: type[DbtCliResource], folder: Path, **more: object) -> list[str]:
    """Return the arguments of each dbt process that one command starts."""
    dbt = folder / "dbt"
    dbt.write_text(f"#!/bin/sh\necho \"$@\" >> {folder}/started\necho '  - installed: 1.11.0'\n")
    dbt.chmod(0o755)
    resource = kind(
        project_dir=os.fspath(DBT_PROJECT_DIR),
        profiles_dir=os.fspath(DBT_PROJECT_DIR),
        dbt_executable=os.fspath(dbt),
        **more,
    )
    resource.cli(["parse"], target_path=folder, raise_on_error=False).wait()
    return (folder / "started").read_text().splitlines()


def test_a_command_starts_one_dbt_process_and_no_look_up_of_versions(tmp_path: Path):
    environment = {"DBT_TARGET_PATH": os.fspath(tmp_path / "target")}

    [started] = commands_of(DbtCommand, tmp_path, environment=environment)

    assert "parse" in started
    assert "--version" not in started


def test_without_the_hook_there_would_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DBT_TARGET_PATH", os.fspath(tmp_path / "target"))

    assert any("--version" in line for line in commands_of(DbtCliResource, tmp_path))
