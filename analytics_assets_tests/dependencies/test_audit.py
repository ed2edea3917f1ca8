"""What .ci/audit.py says: pip-audit itself passes when it could look up nothing."""

import importlib.util
from types import ModuleType

import pytest

from analytics_assets.settings import PROJECT_ROOT

FOUND = {
    "name": "bad",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}],
}
CLEAN = {"name": "good", "version": "1.0", "vulns": []}
SKIPPED = {"name": "unseen", "skip_reason": "Dependency not found"}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", PROJECT_ROOT / ".ci" / "audit.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_vulnerability_fails_with_the_version_that_ends_it(audit: ModuleType):
    code, told = audit.judge([FOUND, CLEAN])

    assert code == 1
    assert told == "VULNERABLE: bad 1.0: PYSEC-1, fixed in 1.1, 2.0\n2 of 2 packages audited"


def test_clean_packages_pass(audit: ModuleType):
    assert audit.judge([CLEAN]) == (0, "1 of 1 packages audited")


@pytest.mark.parametrize(
    ("dependencies", "told"),
    [
        ([CLEAN, SKIPPED], "1 of 2 packages audited\nNOT AUDITED: unseen; run again with"),
        ([], "0 of 0 packages audited\nNOT AUDITED: anything; run again with a network"),
    ],
)
def test_what_could_not_be_looked_up_is_said_aloud(audit: ModuleType, dependencies, told: str):
    code, said = audit.judge(dependencies)

    assert code == 0
    assert said.startswith(told)


def test_without_pip_audit_nothing_is_audited_and_that_is_said(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(audit.venv, "create", lambda *_args, **_options: None)
    failed = audit.subprocess.CompletedProcess([], returncode=1)
    monkeypatch.setattr(audit.subprocess, "run", lambda *_args, **_options: failed)

    assert audit.main() == 0
    assert "NOT AUDITED: anything" in capsys.readouterr().out
