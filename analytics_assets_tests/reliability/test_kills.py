"""A few kills of the campaign, whose other kills ``make reliability`` does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from kill_points import POINTS as ALL_POINTS
from kill_points import PythonPoint, target

HERE = Path(__file__).parent

POINTS = [
    "landing, before its commit",
    "dbt, customer_segmentation between its two renames",
    "product_affinity, after its write",
    "checks of a mart, in the middle",
]


@pytest.mark.slow
def test_a_killed_run_leaves_whole_tables_and_nothing_the_next_run_trips_over(tmp_path: Path):
    campaign = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", str(HERE / "kill_campaign.py")),
            *("--random", "1", "--recover-every", str(len(POINTS)), "--points", *POINTS),
        ],
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert campaign.returncode == 0, campaign.stdout + campaign.stderr
    assert re.search(r"5 kills in \d+ minutes, 0 with a fault", campaign.stdout)
    # The first point is before anything is replaced, the second after some of it.
    lines = campaign.stdout.splitlines()
    cells = [next(line for line in lines if point in line).split("|") for point in POINTS[:2]]
    (old, new), (_, new_later) = ((int(cell[3]), int(cell[4])) for cell in cells)
    assert old > 0
    assert new == 0
    assert new_later > 0


@pytest.mark.parametrize(
    "point",
    [point for point in ALL_POINTS if isinstance(point, PythonPoint)],
    ids=lambda point: point.name,
)
def test_a_named_point_is_a_function_that_there_is(point: PythonPoint):
    owner, name = target(point)

    assert callable(getattr(owner, name))
