"""How seconds and memory grow with the shop, whole and by stage."""

from collections.abc import Sequence
from typing import Any

Run = dict[str, Any]

_KINDS = {"check_": "all checks", "dbt_": "all dbt steps"}
_REST = "start-up, summary, between steps"


def table(runs: Sequence[Run]) -> str:
    """Return two GitHub tables: the runs, and the seconds and peak MiB of each stage."""
    lines = [
        "| scale | customers | orders | lines | whole run, s | peak memory, MiB | database, MiB |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for run in runs:
        total = run["totals"]
        lines.append(
            f"| {total['scale']:g} | {total['customers']:,} | {total['orders']:,} | "
            f"{total['order_items']:,} | {total['seconds']:,.0f} | {total['peak_mb']:,} | "
            f"{total['database_mb']:,} |"
        )
    heads = " | ".join(f"{run['totals']['orders']:,} orders" for run in runs)
    lines += ["", f"| stage: s (peak MiB) | {heads} |", "|---|" + "---:|" * len(runs)]
    columns = [stages(run) for run in runs]
    names = dict.fromkeys(name for column in columns for name in column)
    for name in names:
        cells = [
            f"{column[name][0]:,.1f} ({column[name][1]:,})" if name in column else ""
            for column in columns
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def stages(run: Run) -> dict[str, tuple[float, int]]:
    """Return stage -> seconds and peak MiB; what is alike is one stage."""
    result: dict[str, tuple[float, int]] = {}
    for step in run["steps"]:
        alike = (kind for prefix, kind in _KINDS.items() if step["name"].startswith(prefix))
        name = next(alike, step["name"])
        seconds, peak = result.pop(name, (0.0, 0))
        result[name] = (seconds + step["seconds"], max(peak, step["peak_mb"]))
    of_steps = sum(seconds for seconds, _ in result.values())
    return {_REST: (run["totals"]["seconds"] - of_steps, 0)} | result
