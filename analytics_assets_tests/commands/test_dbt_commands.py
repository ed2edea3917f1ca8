"""dbt by itself, as analytics engineers use it."""

import duckdb
import pytest

from analytics_assets.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("commands")]


@pytest.mark.parametrize(
    "command",
    [
        "dbt run",
        "dbt build --select tag:product",
        "dbt run --select marts.customer",
        "dbt run --select stg_customers",
        'dbt run --select "source:*"',
        "dbt ls --select 'source:raw.orders+'",
        # A seed's rows in a unit test are not read again when only the seed changed.
        "dbt test --no-partial-parse",
    ],
)
def test_dbt_works_where_the_demonstration_has_run(run, command: str):
    done = run(command, "dbt_project")

    assert done.returncode == 0, done.stdout
    assert "Deprecat" not in done.stdout


def test_dbt_says_what_to_type_where_nothing_has_landed(run, tmp_path):
    duckdb.connect(tmp_path / "automated_intelligence.duckdb").close()
    database = f"ANALYTICS_DUCKDB_PATH={tmp_path}/automated_intelligence.duckdb"

    done = run(f"{database} dbt run", "dbt_project")

    assert done.returncode != 0
    assert "does not exist yet" in done.stdout
    assert "Type `make demo`" in done.stdout


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ("{lookback_days: -1}", "lookback_days is -1: allowed is a whole number from 1"),
        ("{cohort_basis: birthday}", "cohort_basis is birthday: allowed are signup"),
        ("{as_of_date: soon}", "as_of_date is soon: allowed is a date"),
    ],
)
def test_dbt_refuses_a_wrong_variable_before_it_builds(run, variables: str, named: str):
    done = run(f"dbt run --vars '{variables}'", "dbt_project")

    assert done.returncode != 0
    assert named in done.stdout
    assert "OK created" not in done.stdout


def test_dbt_and_python_read_the_variables_of_the_environment_alike(run):
    done = run(
        "ANALYTICS_VARS='{as_of_date: 2025-06-30}' dbt show --quiet --limit 1 "
        "--inline \"select '{{ variable('as_of_date') }}' as told\"",
        "dbt_project",
    )

    assert "2025-06-30" in done.stdout


def test_no_data_test_is_left_in_any_yaml():
    for path in (PROJECT_ROOT / "dbt_project").rglob("*.yml"):
        if "target" not in path.parts:
            words = [line.strip() for line in path.read_text().splitlines()]
            assert "tests:" not in words, path
            assert "data_tests:" not in words, path
