"""Every command of README is run; those that CI itself runs, or that never end, are named."""

import re

import pytest

from analytics_assets.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("commands")]

RUN_ELSEWHERE = {
    "make demo": ".ci/run, in a fresh clone",
    "make test": ".ci/run",
    "source .venv/bin/activate": "the environment of these tests",
    "ANALYTICS_LANDING_DIR=/path/to/folder make demo": "graph/test_gating.py",
    "cd dbt_project": "the folder of the dbt commands below",
}


def commands() -> list[tuple[str, str]]:
    """Return each command with the folder that the block's `cd` has led to."""
    found = []
    for block in re.findall(r"```sh\n(.*?)```", (PROJECT_ROOT / "README.md").read_text(), re.S):
        folder = "."
        for line in block.splitlines():
            command = line.partition(" #")[0].strip()
            if command.startswith("cd "):
                folder = command.removeprefix("cd ")
            if command:
                found.append((command, folder))
    return found


@pytest.mark.parametrize(
    ("command", "folder"),
    [(command, folder) for command, folder in commands() if command not in RUN_ELSEWHERE],
)
def test_a_command_of_the_readme_works(run, command: str, folder: str):
    done = run(command, folder)

    assert done.returncode == 0, done.stdout + done.stderr


def test_only_commands_that_ran_elsewhere_are_left_out():
    assert set(RUN_ELSEWHERE) <= {command for command, _ in commands()}
