"""The figures of all runs: section -> case -> method -> runs, kept as one JSON file."""

import json
import math
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cases import Case

Run = dict[str, Any]


@dataclass
class Results:
    """Runs as ``measure`` returned them."""

    sections: dict[str, dict[str, dict[str, list[Run]]]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None) -> "Results":
        """Return what the file holds, nothing where there is none."""
        return cls(json.loads(path.read_text())) if path and path.exists() else cls()

    def save(self, path: Path | None) -> None:
        """Write the file."""
        if path:
            path.write_text(json.dumps(self.sections, indent=1, sort_keys=True) + "\n")

    def runs(self, section: str, case: str, method: str) -> list[Run]:
        """Return the runs of one method, none if it did not run."""
        return self.sections.get(section, {}).get(case, {}).get(method, [])

    def add(self, section: str, case: str, method: str, run: Run) -> None:
        """Keep one more run."""
        methods = self.sections.setdefault(section, {}).setdefault(case, {})
        methods.setdefault(method, []).append(run)

    def forget(self, section: str, case: str, method: str) -> None:
        """Drop the runs of one method."""
        self.sections.get(section, {}).get(case, {}).pop(method, None)

    def median(self, section: str, case: str, method: str, figure: str) -> float | None:
        """Return the median of one figure; None where the method did not run or finish."""
        runs = self.runs(section, case, method)
        values = [run[figure] for run in runs if figure in run]
        return statistics.median(values) if values else None

    def failure(self, section: str, case: str, method: str) -> str | None:
        """Return why the method has no figures, None where it has or did not run."""
        return next(
            (run["failed"] for run in self.runs(section, case, method) if "failed" in run), None
        )

    def failures(self) -> list[str]:
        """Return "section, case, method: reason" of every run that has no figures."""
        return [
            f"{section}, {case}, {method}: {run['failed']}"
            for section, cases in self.sections.items()
            for case, methods in cases.items()
            for method, runs in methods.items()
            for run in runs
            if "failed" in run
        ]

    def require_equal_fingerprints(self, section: str, case: Case) -> None:
        """Raise ValueError when two methods of a case did not find the same."""
        found = {
            name: run["fingerprint"]
            for name in case.methods
            for run in self.runs(section, case.name, name)
            if "fingerprint" in run and name not in case.other_results
        }
        expected = next(iter(found.values()), None)
        for name, fingerprint in found.items():
            if not all(map(_equal, fingerprint, expected or [])):
                raise ValueError(
                    f"{case.name}: {name} found {fingerprint}, {next(iter(found))} {expected}; "
                    "figures of methods that disagree cannot be compared"
                )


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)
