"""What dbt writes beside the database does not grow without end."""

import os
from pathlib import Path

from analytics_assets.lib.dbt.artifacts import forget_old_artifacts


def test_only_the_newest_invocations_are_kept_and_nothing_else_is_touched(tmp_path: Path):
    for number in range(5):
        folder = tmp_path / f"dbt_staging-{number}"
        folder.mkdir()
        (folder / "dbt.log").touch()
        os.utime(folder / "dbt.log", (number, number))
    (tmp_path / "manifest.json").touch()
    (tmp_path / "compiled").mkdir()

    forget_old_artifacts(tmp_path, kept=2)

    assert {path.name for path in tmp_path.iterdir()} == {
        *("dbt_staging-3", "dbt_staging-4"),
        *("manifest.json", "compiled"),
    }


def test_a_target_that_does_not_exist_yet_is_no_fault(tmp_path: Path):
    forget_old_artifacts(tmp_path / "new")
