"""What the whole graph costs beside an earlier commit: ``python benchmarks/load/before.py COMMIT``.

Both build a demonstration shop of their own, in turn. Assets that the other commit could not have
are left out by ``--without``, a selection of Dagster's. CPU is that of the run and its children.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def main() -> None:
    """Run both commits in turn, print each run's CPU seconds and the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit")
    parser.add_argument("--scale", default="8.3", help="8.3 is about a million orders")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--without", default="group:published or group:history")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="before_") as folder:
        before = Path(folder) / "checkout"
        git = ["git", "-C", str(PROJECT), "worktree"]
        subprocess.run([*git, "add", "--detach", before, options.commit], check=True)
        try:
            wanted = {before: "*", PROJECT: f"* and not ({options.without})"}
            seconds: dict[Path, list[float]] = {checkout: [] for checkout in wanted}
            for _ in range(options.rounds):
                for checkout, selection in wanted.items():
                    cpu = run(checkout, selection, options.scale, Path(folder))
                    seconds[checkout].append(cpu)
                    name = options.commit if checkout == before else "now"
                    print(f"{name:<12} {cpu:8.1f} CPU s", flush=True)
        finally:
            subprocess.run([*git, "remove", "--force", before], check=True)
    now, then = (statistics.median(seconds[checkout]) for checkout in (PROJECT, before))
    print(f"now / {options.commit}: {now / then:.2f}")


def run(checkout: Path, selection: str, scale: str, parent: Path) -> float:
    """Build a shop with the code of a checkout; return the CPU seconds of the whole run."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    shutil.copy(checkout / "dagster.yaml", folder)
    command = [sys.executable, "-W", "ignore", "-m", "dagster", "asset", "materialize"]
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            [*command, "-m", "analytics_assets.definitions", "--select", selection],
            cwd=checkout,
            env=os.environ
            | {
                "PYTHONPATH": str(checkout),
                "DAGSTER_HOME": str(folder),
                "ANALYTICS_DUCKDB_PATH": str(folder / "automated_intelligence.duckdb"),
                "ANALYTICS_DEMO_SCALE": scale,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit((folder / "output.txt").read_text()[-2000:])
    shutil.rmtree(folder)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
