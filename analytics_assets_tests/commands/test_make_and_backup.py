"""What `make clean` removes, and that the backup of the docs brings the database back."""

import re
import shutil
import subprocess
from pathlib import Path

import duckdb

from analytics_assets.settings import PROJECT_ROOT


def shell(command: str, folder: Path) -> None:
    subprocess.run(command, shell=True, cwd=folder, check=True, capture_output=True)


def block_of(text: str, number: int) -> str:
    return re.findall(r"```sh\n(.*?)```", text, re.S)[number]


def test_the_commands_under_backup_save_and_restore_the_database(tmp_path: Path):
    text = (PROJECT_ROOT / "docs" / "operations.md").read_text().split("\n## Backup\n")[1]
    database = tmp_path / "data" / "automated_intelligence.duckdb"
    database.parent.mkdir()
    with duckdb.connect(database) as connection:
        connection.execute("create table orders as select 1 as order_id")

    shell(block_of(text, 0), tmp_path)
    with duckdb.connect(database) as connection:
        connection.execute("drop table orders")
    shell(block_of(text, 1), tmp_path)

    with duckdb.connect(database) as connection:
        assert connection.execute("select order_id from orders").fetchall() == [(1,)]


def test_make_clean_leaves_what_git_keeps_and_nothing_else(tmp_path: Path):
    shutil.copy(PROJECT_ROOT / "Makefile", tmp_path)
    (tmp_path / "analytics_assets").mkdir()
    for made in (".venv/bin", ".dagster", "data/backup", "dbt_project/target", "dbt_project/logs"):
        (tmp_path / made).mkdir(parents=True)

    shell("make clean", tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {
        "Makefile",
        "analytics_assets",
        "dbt_project",
    }
    assert list((tmp_path / "dbt_project").iterdir()) == []
