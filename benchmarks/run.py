"""Measures this project beside its peers: ``python benchmarks/run.py [SECTION] [--quick]``.

Only what is small is imported here: see measure.py.
"""

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cases import CASES, QUICK_CASES, Case
from measure import HERE, Limits, measure
from results import Results


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the chosen cases, then write the results and the report."""
    options = _parse(arguments)
    cases = QUICK_CASES if options.quick else CASES
    sections = list(cases) if options.section == "all" else [options.section]
    limits = Limits(options.cpu_limit, 5 * options.cpu_limit, options.memory_limit)
    results_file = options.results or (None if options.quick else HERE / "results.json")
    results = Results.load(results_file)
    with tempfile.TemporaryDirectory(prefix="benchmark_shops_") as folder:
        shops = options.shops or Path(folder)
        for section in sections:
            for case in cases[section]:
                if options.case in case.name:
                    shop = _shop(case, shops)
                    _run_case(section, case, shop, options, limits, results, results_file)
    if options.quick and (failed := results.failures()):
        sys.exit(f"these did not finish: {', '.join(failed)}")
    if results_file == HERE / "results.json":
        subprocess.run([sys.executable, HERE / "report.py"], check=True)


def _run_case(
    section: str,
    case: Case,
    shop: Path,
    options: argparse.Namespace,
    limits: Limits,
    results: Results,
    results_file: Path | None,
) -> None:
    """Run the methods in turn, ``repeats`` rounds; a method that failed is not tried again."""
    print(f"{section}: {case.name}", flush=True)
    chosen = {
        name: module for name, module in case.methods.items() if re.search(options.method, name)
    }
    for name in chosen:
        results.forget(section, case.name, name)
    for number in range(options.repeats):
        for name, module in chosen.items():
            runs = results.runs(section, case.name, name)
            slow = runs and runs[-1].get("cpu_seconds", math.inf) > options.once_above
            if slow:
                continue
            figures = measure(module, shop, limits)
            results.add(section, case.name, name, figures)
            results.save(results_file)
            shown = figures.get("failed") or (
                f"{figures['cpu_seconds']:8.2f} CPU s {figures['wall_seconds']:8.2f} s wall "
                f"{figures['peak_mb']:6d} MB"
            )
            print(f"  {number + 1}. {name:45} {shown}", flush=True)
    results.require_equal_fingerprints(section, case)


def _shop(case: Case, folder: Path) -> Path:
    """Return the DuckDB file of the case's shop, made in a process of its own where missing."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{'-'.join(case.shop)}.duckdb"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        subprocess.run([sys.executable, HERE / "shops.py", *case.shop, unfinished], check=True)
        os.replace(unfinished, path)
    return path


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("section", nargs="?", default="all", choices=[*CASES, "all"])
    add("--quick", action="store_true", help="tiny shops, under a minute; nothing is written")
    add("--repeats", type=int, default=3, help="rounds of all methods (default 3)")
    add("--once-above", type=float, default=30, help="CPU seconds above which one round is enough")
    add("--cpu-limit", type=float, default=300, help="CPU seconds a method may use")
    add("--memory-limit", type=int, default=8192, help="MiB a method may use")
    add("--case", default="", help="only cases whose name holds this")
    add("--method", default="", help="only methods that match this expression; others keep theirs")
    add("--shops", type=Path, help="folder in which the shops are kept (default: temporary)")
    add("--results", type=Path, help="another JSON file; the page is then left alone")
    options = parser.parse_args(arguments)
    if options.quick:
        options.repeats = 1
    return options


if __name__ == "__main__":
    main()
