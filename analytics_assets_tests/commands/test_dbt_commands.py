"""dbt by itself, as analytics engineers use it: with no Python package of this project."""

import subprocess
from pathlib import Path

import duckdb
import pytest

from analytics_assets.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("commands")]

FROM_ROOT = "--project-dir dbt_project --profiles-dir dbt_project"


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        ("dbt run", "dbt_project"),
        (f"dbt run {FROM_ROOT} --select stg_customers+1", "."),
        ("dbt build --select tag:products", "dbt_project"),
        ('dbt run --select "source:*"', "dbt_project"),
        # A seed's rows in a unit test are not read again when only the seed changed.
        ("dbt test --no-partial-parse", "dbt_project"),
    ],
)
def test_dbt_works_where_the_demonstration_has_run(run, command: str, folder: str):
    done = run(command, folder)

    assert done.returncode == 0, done.stdout
    assert "Deprecat" not in done.stdout


def databases(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*.duckdb") if ".venv" not in path.parts}


@pytest.mark.parametrize("folder", [".", "dbt_project", "docs"])
def test_without_settings_dbt_finds_the_one_database_from_any_folder(
    run, demo_folder: Path, tmp_path: Path, folder: str
):
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "docs").mkdir()
    subprocess.run(["cp", "-r", PROJECT_ROOT / "dbt_project", project / "dbt_project"], check=True)
    database = project / "data" / "automated_intelligence.duckdb"
    database.write_bytes((demo_folder / database.name).read_bytes())
    with duckdb.connect(database) as connection:
        connection.execute("drop table staging.stg_clock")
    where = f"--project-dir {project}/dbt_project --profiles-dir {project}/dbt_project"

    done = run(
        f"cd {project}/{folder} && env -u ANALYTICS_DUCKDB_PATH DBT_TARGET_PATH={tmp_path}/target "
        f"dbt run {where} --select stg_clock"
    )

    assert done.returncode == 0, done.stdout
    assert databases(project) == {database}
    with duckdb.connect(database) as connection:
        assert connection.execute("select count(*) from staging.stg_clock").fetchall() == [(1,)]


def test_dbt_says_what_to_type_where_nothing_has_landed(run, tmp_path: Path):
    duckdb.connect(tmp_path / "automated_intelligence.duckdb").close()

    done = run(
        f"ANALYTICS_DUCKDB_PATH={tmp_path}/automated_intelligence.duckdb dbt run {FROM_ROOT}"
    )

    assert done.returncode != 0
    assert "does not exist yet" in done.stdout
    assert "make demo" in done.stdout
