"""How seconds and memory grow with the shop: a table for the docs, and its picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

Run = dict[str, Any]

_CHECKS = "all checks"


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
    """Return stage -> seconds and peak MiB; the checks of all tables are one stage."""
    result: dict[str, tuple[float, int]] = {}
    for step in run["steps"]:
        name = _CHECKS if step["name"].startswith("check_") else step["name"]
        seconds, peak = result.pop(name, (0.0, 0))
        result[name] = (seconds + step["seconds"], max(peak, step["peak_mb"]))
    return result


def picture(runs: Sequence[Run], path: Path) -> None:
    """Draw the seconds of each stage and the peak memory against the number of orders."""
    figure = Figure(figsize=(10, 4.2), dpi=100, layout="constrained")
    time_axes, memory_axes = figure.subplots(1, 2)
    orders = [run["totals"]["orders"] for run in runs]
    columns = [stages(run) for run in runs]
    for name in dict.fromkeys(name for column in columns for name in column):
        time_axes.loglog(
            orders, [column.get(name, (None,))[0] for column in columns], marker="o", label=name
        )
    totals = [run["totals"]["seconds"] for run in runs]
    time_axes.loglog(orders, totals, marker="s", color="black", label="whole run")
    time_axes.set(xlabel="orders", ylabel="seconds", title="Time of each stage")
    time_axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    gib = [run["totals"]["peak_mb"] / 1024 for run in runs]
    memory_axes.semilogx(orders, gib, marker="s", color="black")
    memory_axes.set(xlabel="orders", ylabel="GiB", title="Peak memory of the run and its children")
    memory_axes.set_ylim(bottom=0)
    for axes in (time_axes, memory_axes):
        axes.grid(visible=True, alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
