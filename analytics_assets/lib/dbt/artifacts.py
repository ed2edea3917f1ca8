"""The folders that dbt's invocations write, of which only the newest are kept."""

import shutil
from pathlib import Path

# Four a run, some 10 MB: the last ten runs.
KEPT = 40


def forget_old_artifacts(target: Path, kept: int = KEPT) -> None:
    """Remove all but the newest folders of ``target`` that hold an invocation's log."""
    logs = sorted(target.glob("*/dbt.log"), key=_written, reverse=True)
    for log in logs[kept:]:
        shutil.rmtree(log.parent, ignore_errors=True)


def _written(log: Path) -> float:
    try:
        return log.stat().st_mtime
    except FileNotFoundError:
        # Another process removes them too.
        return 0.0
