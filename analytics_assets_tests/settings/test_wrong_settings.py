"""Every setting with wrong, empty and contradictory values: refused, with nothing touched."""

import subprocess
import sys
from pathlib import Path

import pytest

from analytics_assets.command.demo import main
from analytics_assets.settings import PROJECT_ROOT, SettingsError, load_settings

NAME = "automated_intelligence.duckdb"
WRONG = [
    *[
        ("ANALYTICS_TARGET", value, "must be duckdb or snowflake")
        for value in ["postgres", "DUCKDB", " "]
    ],
    *[
        ("ANALYTICS_DUCKDB_PATH", value, f"must name a file {NAME}")
        for value in ["x.duckdb", "AUTOMATED_INTELLIGENCE.duckdb"]
    ],
    *[
        ("ANALYTICS_DUCKDB_PATH", f"{place}/{NAME}", "must be a path on this machine")
        for place in ["~no_such_user", "s3://bucket"]
    ],
    ("ANALYTICS_DUCKDB_PATH", f"{__file__}/{NAME}", "is in the way"),
    *[
        ("ANALYTICS_LANDING_DIR", value, "must be an existing folder")
        for value in [__file__, "/no/such/folder", "x" * 5000]
    ],
    *[
        ("ANALYTICS_LANDING_DIR", value, "must be a path on this machine")
        for value in ["~no_such_user", "s3://bucket/folder"]
    ],
    *[
        ("ANALYTICS_DEMO_SCALE", value, "must be a number from 0.01 to 1000")
        for value in ["0.009", "1001", "nan", "1,5", " "]
    ],
    *[
        ("ANALYTICS_NEW_ORDERS_MINUTES", value, "a whole number from 1 to 1440")
        for value in ["0", "1441", "1.5", "9" * 5000]
    ],
    *[
        ("ANALYTICS_DEMO_END", value, "must be yesterday, or a date such as 2025-12-31")
        for value in ["Yesterday", "2025-02-30", "2101-01-01", "--seed"]
    ],
    *[
        ("ANALYTICS_DAGSTER_URL", value, "must be the address of the Dagster UI")
        for value in ["localhost:3000", "http://a b", "javascript:1"]
    ],
    *[
        ("ANALYTICS_VARS", value, "must be a YAML or JSON mapping")
        for value in [
            *["[1, 2]", "{as_of_date: ", "as_of_date", "&a [*a]", "{1: 2}"],
            *["!!python/object/apply:os.getcwd []", "[" * 1500, "{as_of_date: 2024-02-30}"],
        ]
    ],
]


MISSPELT = [
    ("ANALYTICS_LANDING_DRI", "ANALYTICS_LANDING_DIR"),
    ("ANALYTICS_DB_PATH", "ANALYTICS_DUCKDB_PATH"),
    ("analytics_demo_scale", "ANALYTICS_DEMO_SCALE"),
]
# One of each kind of refusal, as a person sees it.
SEEN = [
    ("ANALYTICS_TARGET", "postgres", "must be duckdb or snowflake"),
    ("ANALYTICS_VARS", "{as_of_date: 2024-02-30}", "must be a YAML or JSON mapping"),
    ("ANALYTICS_VARS", "{lookback_days: 0}", "must be a whole number of days"),
    ("ANALYTICS_LANDING_DRI", "/srv", "rename it to ANALYTICS_LANDING_DIR"),
    ("ANALYTICS_ALERT_URL", "nosuch://S3CR3T", "not shown, as it may hold a secret"),
]


@pytest.mark.parametrize(("name", "value", "allowed"), WRONG)
def test_a_wrong_value_is_refused_by_name_value_and_what_is_allowed(
    name: str, value: str, allowed: str
):
    with pytest.raises(SettingsError) as refusal:
        load_settings({name: value})

    assert str(refusal.value).startswith(f"{name} must ")
    assert f"(got {value!r})" in str(refusal.value)
    assert allowed in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_link_to_a_database_of_another_name_is_refused(tmp_path: Path):
    (tmp_path / NAME).symlink_to(tmp_path / "other.duckdb")

    with pytest.raises(SettingsError, match=f"must name a file {NAME}"):
        load_settings({"ANALYTICS_DUCKDB_PATH": str(tmp_path / NAME)})


def test_an_empty_value_is_as_good_as_none():
    names = {name for name, *_ in (*WRONG, *SEEN)} - {"ANALYTICS_LANDING_DRI"}

    assert load_settings(dict.fromkeys(names, "")) == load_settings({})


@pytest.mark.parametrize(("name", "meant"), MISSPELT)
def test_a_misspelt_setting_is_refused_with_the_name_that_was_meant(name: str, meant: str):
    with pytest.raises(SettingsError) as refusal:
        load_settings({name: "S3CR3T"})

    assert str(refusal.value).startswith(
        f"{name} must be the name of a setting: ANALYTICS_TARGET, "
    )
    assert f"rename it to {meant}, or unset it" in str(refusal.value)
    assert "S3CR3T" not in str(refusal.value)


@pytest.mark.parametrize("name", ["ANALYTICS_ASSETS_HOME", "ANALYTICS_TOKEN", "GOOGLE_ANALYTICS"])
def test_a_variable_of_another_program_is_left_alone(name: str):
    assert load_settings({name: "anything"}) == load_settings({})


def test_files_and_snowflake_contradict_each_other(tmp_path: Path):
    with pytest.raises(SettingsError, match="ANALYTICS_LANDING_DIR is set and ANALYTICS_TARGET"):
        load_settings({"ANALYTICS_TARGET": "snowflake", "ANALYTICS_LANDING_DIR": str(tmp_path)})


def test_a_password_in_the_address_of_the_ui_is_refused_and_not_shown():
    with pytest.raises(SettingsError, match="without an @") as refusal:
        load_settings({"ANALYTICS_DAGSTER_URL": "http://user:S3CR3T@host"})

    assert "S3CR3T" not in str(refusal.value)


@pytest.fixture
def untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every place that a run would write to, none of which exists."""
    monkeypatch.setenv("ANALYTICS_DUCKDB_PATH", str(tmp_path / "data" / NAME))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "value", "allowed"), SEEN)
def test_the_demonstration_says_only_what_is_wrong_and_touches_nothing(
    untouched: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    value: str,
    allowed: str,
):
    monkeypatch.setenv(name, value)

    assert main() == 2

    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.startswith(name)
    assert allowed in told.err
    assert "S3CR3T" not in told.err
    assert list(untouched.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("analytics_assets.command.demo", SEEN[1]),
        ("dagster definitions validate -m analytics_assets.definitions", SEEN[3]),
        ("dagster asset materialize --select * -m analytics_assets.definitions", SEEN[4]),
    ],
    ids=["make demo", "validate", "materialize"],
)
def test_every_command_ends_with_the_message(
    untouched: Path, monkeypatch: pytest.MonkeyPatch, command: str, wrong: tuple[str, str, str]
):
    name, value, allowed = wrong
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("DAGSTER_HOME", str(untouched))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT_ROOT))

    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=untouched,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    # Dagster breaks long messages over lines of its own.
    told = " ".join((done.stdout + done.stderr).split())
    assert done.returncode != 0
    assert name in told
    assert allowed in told
    assert "S3CR3T" not in told
    assert not (untouched / "data").exists()
    if "dagster" not in command:
        assert "Traceback" not in told


@pytest.mark.parametrize("home", [None, "/no/such/folder"])
def test_without_a_history_the_demonstration_says_what_to_type(
    tmp_path: Path, monkeypatch, capsys, home: str | None
):
    monkeypatch.setenv("ANALYTICS_DUCKDB_PATH", str(tmp_path / "data" / NAME))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    if home:
        monkeypatch.setenv("DAGSTER_HOME", home)

    assert main() == 2

    said = capsys.readouterr().err
    assert "DAGSTER_HOME" in said
    assert "Next: name a folder that exists" in said
    assert "Traceback" not in said
    assert not (tmp_path / "data" / NAME).exists()
