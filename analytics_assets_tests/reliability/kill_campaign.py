"""Kill the whole graph at random moments and at every named point, and look each time.

``make reliability``. After each kill the tables are compared with the two inputs' known tables;
then the run is repeated and compared with one that was never killed. Prints one line a kill and a
summary; exits with 1 when anything was wrong.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from kill_points import POINTS, Point
from killed_runs import Aftermath, Shop

Kill = Point | float  # a point, or a share of a run's time


def main() -> int:
    """Kill as the command line says; return the exit code."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="kill_campaign_"))
    shop = Shop(folder)
    shop.learn()
    tables = len(shop.known["A"])
    print(f"{shop.seconds:.1f} s a run; {tables - len(shop.same)} of {tables} tables differ")
    kills = _kills(options)
    faults = 0
    target = "A"
    started = time.monotonic()
    print("| kill | after s | old | new | neither | left | wrong after the next run |")
    print("|---|---:|---:|---:|---|---|---|", flush=True)
    for number, how in enumerate(kills, 1):
        seen = _kill(shop, how, target)
        wrong: tuple[str, ...] = ()
        recovered = number % options.recover_every == 0 or number == len(kills)
        if recovered:
            wrong = shop.recover(target)
        missed = not seen.died and not isinstance(how, float)
        faults += bool(seen.neither or wrong or missed)
        _tell(how, seen, wrong, recovered)
        if recovered:
            target = "B" if target == "A" else "A"
    minutes = (time.monotonic() - started) / 60
    print(f"\n{len(kills)} kills in {minutes:.0f} minutes, {faults} with a fault; {folder}")
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=60, help="how many kills at random moments")
    parser.add_argument("--seed", type=int, default=1, help="of those moments")
    parser.add_argument("--points", nargs="*", help="names of kill_points.py; all by default")
    parser.add_argument(
        "--recover-every", type=int, default=1, metavar="N", help="finish a run every N kills"
    )
    return parser.parse_args()


def _kills(options: argparse.Namespace) -> list[Kill]:
    points = {point.name: point for point in POINTS}
    names = points if options.points is None else options.points
    moments = random.Random(options.seed)
    return [
        *(points[name] for name in names),
        *(moments.random() for _ in range(options.random)),
    ]


def _kill(shop: Shop, how: Kill, target: str) -> Aftermath:
    if isinstance(how, float):
        return shop.killed_after(how * shop.seconds, target)
    return shop.killed_at(how, target)


def _tell(how: Kill, seen: Aftermath, wrong: tuple[str, ...], recovered: bool) -> None:
    left = ", ".join(seen.leftovers).replace("automated_intelligence.duckdb", "")
    name = "at random" if isinstance(how, float) else how.name
    died = f"{seen.died_after:.1f}" if seen.died else "came to its end"
    after = ", ".join(wrong) or "none" if recovered else "not run"
    print(
        f"| {name} | {died} | {seen.old} | {seen.new} | {', '.join(seen.neither) or 'none'} | "
        f"{left} | {after} |",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
