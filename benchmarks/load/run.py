"""The whole graph on ever larger demonstration shops: ``python benchmarks/load/run.py SCALE...``.

Each scale is one ``make demo`` in a folder of its own, which is removed unless it failed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from growth import table
from steps import Step, steps_of
from tree_memory import Sample, TreeMemory, peak

PROJECT = Path(__file__).parents[2]


def main() -> None:
    """Run the scales in turn; print a table of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scales", nargs="*", type=float, default=[1.0], help="1 is 120,000 orders")
    parser.add_argument("--folder", type=Path, default=None, help="where the shops are made")
    options = parser.parse_args()
    print(table([measure(scale, options.folder) for scale in options.scales]))


def measure(scale: float, parent: Path | None) -> dict[str, Any]:
    """Return rows, seconds, and the peak memory of the run and of each of its steps.

    Memory is the sum of the resident memory of the run's process and its children, sampled every
    quarter of a second; pages that two of them share count twice.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"load_{scale:g}_", dir=parent))
    home = folder / "home"
    home.mkdir()
    shutil.copy(PROJECT / "dagster.yaml", home)
    log = folder / "demo.log"
    print(f"scale {scale:g}: {log}", flush=True)
    started = time.time()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "analytics_assets.command.demo"],
            cwd=PROJECT,
            env=os.environ
            | {
                "ANALYTICS_DUCKDB_PATH": str(folder / "automated_intelligence.duckdb"),
                "ANALYTICS_DEMO_SCALE": f"{scale:g}",
                "DAGSTER_HOME": str(home),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        memory = TreeMemory(process.pid)
        code = process.wait()
        samples = memory.stop()
    seconds = time.time() - started
    steps = steps_of(home)
    truth = folder / "ground_truth.json"
    rows = json.loads(truth.read_text())["rows"] if truth.exists() else {}
    database = folder / "automated_intelligence.duckdb"
    figures = {
        "totals": {
            "scale": scale,
            **rows,
            "exit_code": code,
            "seconds": round(seconds, 1),
            "peak_mb": round(peak(samples, started, started + seconds)),
            "database_mb": round(database.stat().st_size / 2**20) if database.exists() else 0,
            "files_mb": round(_size(folder / "demo_shop") / 2**20),
        },
        "steps": [_step(step, samples) for step in steps],
    }
    if code == 0:
        shutil.rmtree(folder)
    else:
        print(f"exit code {code}; kept {folder}", flush=True)
    return figures


def _step(step: Step, samples: list[Sample]) -> dict[str, Any]:
    seconds = round(step.ended - step.started, 2)
    return {
        **asdict(step),
        "seconds": seconds,
        "peak_mb": round(peak(samples, step.started, step.ended)),
    }


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    main()
