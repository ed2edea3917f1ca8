"""Every command of README and docs is run: here, or by whom is named and looked up there."""

import re
from pathlib import Path

import pytest

from analytics_assets.settings import PROJECT_ROOT

PAGES = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md"))]

# A command -> the file that has it run instead, and the words in that file that do.
RUN_ELSEWHERE = {
    "make demo": (".ci/run", 'analytics_assets" demo'),
    "make test": (".ci/run", "make test "),
    "source .venv/bin/activate": (
        "analytics_assets_tests/commands/shell.py",
        "what a shell has that activated .venv",
    ),
    "ANALYTICS_LANDING_DIR=/path/to/folder make demo": (
        "analytics_assets_tests/graph/test_gating.py",
        "ANALYTICS_LANDING_DIR=str(files)",
    ),
    "cd dbt_project": (
        "analytics_assets_tests/commands/test_readme_commands.py",
        'command.startswith("cd ")',
    ),
    **dict.fromkeys(
        [
            "mkdir -p data/backup",
            "cp data/automated_intelligence.duckdb data/backup/",
            "cp data/backup/automated_intelligence.duckdb data/",
        ],
        ("analytics_assets_tests/commands/test_make_and_backup.py", "block_of(text, "),
    ),
    "make docs": ("analytics_assets_tests/docs/test_tables_page.py", "tables_page.main()"),
    "make snowflake-smoke": (
        "analytics_assets_tests/snowflake/smoke/test_snowflake_smoke.py",
        '"analytics_assets.command.snowflake_smoke"',
    ),
    **dict.fromkeys(
        [
            "openssl genrsa 2048 | openssl pkcs8 -topk8 -nocrypt -out ~/analytics_assets.p8",
            "chmod 600 ~/analytics_assets.p8",
            r"openssl rsa -in ~/analytics_assets.p8 -pubout | grep -v PUBLIC | tr -d '\n'",
        ],
        (
            "analytics_assets_tests/snowflake/smoke/test_snowflake_page.py",
            'blocks("sh") if "openssl genrsa" in block',
        ),
    ),
}


def commands(text: str) -> list[tuple[str, str]]:
    """Return each command of the ```sh blocks with the folder that the block's `cd` has led to."""
    found = []
    for block in re.findall(r"```sh\n(.*?)```", text, re.S):
        folder = "."
        for line in block.splitlines():
            command = line.partition(" #")[0].strip()
            if command.startswith("cd "):
                folder = command.removeprefix("cd ")
            if command:
                found.append((command, folder))
    return found


ALL = dict.fromkeys(pair for page in PAGES for pair in commands(page.read_text()))


@pytest.mark.slow
@pytest.mark.xdist_group("commands")
@pytest.mark.parametrize(
    ("command", "folder"),
    [(command, folder) for command, folder in ALL if command not in RUN_ELSEWHERE],
)
def test_a_command_of_the_docs_works(run, command: str, folder: str):
    done = run(command, folder)

    assert done.returncode == 0, done.stdout + done.stderr


def test_only_commands_that_run_elsewhere_are_left_out():
    assert set(RUN_ELSEWHERE) <= {command for command, _ in ALL}

    for command, (path, words) in RUN_ELSEWHERE.items():
        assert words in (PROJECT_ROOT / path).read_text(), command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_in_the_text_is_one_that_is_run_or_a_target_of_make(page: Path):
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(), re.M))
    run = {command for command, _ in ALL} | {f"make {target}" for target in targets}
    # `make ui` says what it runs.
    run.add("dagster dev")

    prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    named = re.findall(r"`((?:[A-Z_]+=\S+ )*(?:make|dagster|dbt|dg) [^`<]+)`", prose)

    assert [command for command in named if command not in run] == []
