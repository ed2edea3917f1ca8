"""The process of one method: ``python child.py MODULE DATABASE FIGURES`` runs and measures it.

A method is a module with ``run(database)``, which leaves its result in the table
``analytics.result``. Its package has a ``FINGERPRINT``, a query over that table whose one row must
be the same for all methods of a case. What a module has as ``prepare(database)`` is done before
``run``, as ``collect(database)`` after it, unmeasured.
"""

import importlib
import json
import resource
import sys
import time
from pathlib import Path

import duckdb


def cpu_seconds() -> float:
    """Return user and system time of this process, its threads and its ended children."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main(module: str, database: str, figures: str) -> None:
    """Run the method and write its figures as JSON."""
    package = importlib.import_module(module.partition(".")[0])
    method = importlib.import_module(module)
    startup = cpu_seconds()
    if hasattr(method, "prepare"):
        method.prepare(Path(database))
    cpu_before, started = cpu_seconds(), time.perf_counter()
    details = method.run(Path(database)) or {}
    used = {
        "cpu_seconds": round(cpu_seconds() - cpu_before, 3),
        "wall_seconds": round(time.perf_counter() - started, 3),
        "startup_seconds": round(startup, 3),
    }
    if hasattr(method, "collect"):
        method.collect(Path(database))
    with duckdb.connect(database) as connection:
        row = connection.execute(package.FINGERPRINT).fetchone()
        if "analytics.result" in package.FINGERPRINT:
            connection.execute("drop table analytics.result")
    fingerprint = [None if value is None else float(value) for value in row]
    Path(figures).write_text(json.dumps(used | {"fingerprint": fingerprint, "details": details}))


if __name__ == "__main__":
    main(*sys.argv[1:])
