"""The benchmarks still fit the code that they measure."""

import subprocess
import sys

from analytics_assets.settings import PROJECT_ROOT

BENCHMARKS = PROJECT_ROOT / "benchmarks"
IMPORT_ALL = """
import importlib, sys
peers = {"efficient_apriori", "fim", "numba", "polars"}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as missing:
        # Those of requirements.txt are installed by make benchmarks.
        if missing.name not in peers:
            raise
"""


def test_each_method_of_the_benchmarks_can_be_imported():
    methods = [
        ".".join(path.relative_to(BENCHMARKS).with_suffix("").parts)
        for path in sorted(BENCHMARKS.glob("*/*.py"))
        if path.parent.name != "load"  # scripts, which find each other by their folder
    ]

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IMPORT_ALL, *methods],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
