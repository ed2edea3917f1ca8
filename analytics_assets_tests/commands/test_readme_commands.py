"""Every command of README and docs runs in a shell, as it stands."""

import re
import subprocess
from pathlib import Path

import pytest
from dotenv import dotenv_values

from analytics_assets.settings import PROJECT_ROOT

# A deployment needs Docker or root, and the page on Snowflake an account: it has tests of its own.
ELSEWHERE = ("deploy.md", "snowflake.md")
PAGES = [
    page
    for page in (PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md")))
    if page.name not in ELSEWHERE
]

# What sets up or tests the whole checkout, serves until it is ended, or names a place of your own.
LEFT_OUT = re.compile(
    r"make |cd |git |uv |pip |pipx |python3? -m venv|source |docker |dg dev|dagster dev|.*/path/to/"
)


def commands(text: str) -> list[tuple[str, str]]:
    """Return each command of the ```sh blocks with the folder that the block's `cd` has led to."""
    found = []
    for block in re.findall(r"```(?:sh|bash)\n(.*?)```", text, re.S):
        folder = "."
        for line in block.replace("\\\n", " ").splitlines():
            command = line.partition(" #")[0].strip()
            if command.startswith("cd ") and (PROJECT_ROOT / command[3:]).is_dir():
                folder = command.removeprefix("cd ")
            if command and not command.startswith("#"):
                found.append((command, folder))
    return found


ALL = dict.fromkeys(pair for page in PAGES for pair in commands(page.read_text()))


@pytest.mark.slow
@pytest.mark.xdist_group("commands")
@pytest.mark.parametrize(
    ("command", "folder"), [pair for pair in ALL if not LEFT_OUT.match(pair[0])]
)
def test_a_command_of_the_docs_works(run, command: str, folder: str):
    done = run(command, folder)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_targets_of_make_that_the_docs_name_are_there():
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(), re.M))

    for page in PAGES:
        in_text = re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", page.read_text())
        in_blocks = [re.search(r"\bmake ([a-z-]+)", c) for c, _ in commands(page.read_text())]
        named = {*in_text, *(found[1] for found in in_blocks if found)}
        assert named <= targets, page.name


def test_the_set_up_makes_the_data_folder_and_names_the_history_where_the_shell_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    makefile = str(PROJECT_ROOT / "Makefile")
    (tmp_path / "dagster.yaml").touch()
    made = (".env", ".dagster/dagster.yaml")
    subprocess.run(["make", "--silent", "-f", makefile, *made], cwd=tmp_path, check=True)

    # Without the folder a person's dbt has nowhere to make the database.
    assert (tmp_path / "data").is_dir()
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    assert dotenv_values(tmp_path / ".env") == {"DAGSTER_HOME": f"{tmp_path}/.dagster"}
    monkeypatch.setenv("DAGSTER_HOME", "/elsewhere")
    assert dotenv_values(tmp_path / ".env") == {"DAGSTER_HOME": "/elsewhere"}
