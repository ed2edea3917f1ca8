"""Puts results.json into docs/benchmarks.md: tables between their marks, and the plot of pairs."""

import matplotlib.pyplot as plt
from aims import aims_table
from cases import CASES, KERNEL, OURS, Case
from measure import HERE
from results import Results

DOCS = HERE.parent / "docs"
PAGE = DOCS / "benchmarks.md"
PLOT = DOCS / "images" / "benchmark_pairs.png"
COLORS = {OURS: "#1f6f54", KERNEL: "#7a7a7a"}


def main() -> None:
    """Write tables and plot anew; what stands between the marks is replaced."""
    results = Results.load(HERE / "results.json")
    text = PAGE.read_text()
    text = _replace(text, "aims", aims_table(results))
    for section, cases in CASES.items():
        tables = [_table(results, section, case) for case in cases]
        text = _replace(text, section, "\n\n".join(table for table in tables if table))
    PAGE.write_text(text)
    _plot(results)


def _replace(text: str, mark: str, table: str) -> str:
    begin, end = f"<!-- begin {mark} -->", f"<!-- end {mark} -->"
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2]
    if not (found and end in rest):
        raise ValueError(f"{PAGE} lacks the lines {begin} and {end}, between which a table goes")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def _table(results: Results, section: str, case: Case) -> str:
    rows = []
    ours = results.median(section, case.name, OURS, "cpu_seconds")
    for method in case.methods:
        runs = results.runs(section, case.name, method)
        failure = results.failure(section, case.name, method)
        if failure:
            rows.append(f"| {method}: {failure} | | | | | |")
        elif runs:
            cpu, wall, startup, peak = (
                results.median(section, case.name, method, figure) or 0.0
                for figure in ("cpu_seconds", "wall_seconds", "startup_seconds", "peak_mb")
            )
            ratio = f"{cpu / ours:.2f}" if ours else ""
            rows.append(
                f"| {method} | {cpu:.2f} | {ratio} | {startup:.1f} | {wall:.1f} | {peak:,.0f} |"
            )
    if not rows:
        return ""
    heads = ("method", "CPU s", "CPU, this project = 1", "start-up CPU s", "wall s", "peak MB")
    lines = [f"| {' | '.join(heads)} |", f"|---{'|---:' * 5}|", *rows]
    return "\n".join([f"**{case.name}**", "", *lines])


def _plot(results: Results) -> None:
    """Draw the CPU of each case's methods as bars, on a logarithmic scale."""
    cases = [
        case
        for case in CASES["pairs"]
        if len(case.methods) > 2 and results.median("pairs", case.name, OURS, "cpu_seconds")
    ]
    if not cases:
        return
    figure, panels = plt.subplots(1, len(cases), figsize=(4 * len(cases) + 2, 3.6), sharey=True)
    for panel, case in zip([panels] if len(cases) == 1 else panels, cases, strict=True):
        for position, method in enumerate(reversed(case.methods)):
            cpu = results.median("pairs", case.name, method, "cpu_seconds")
            if cpu is not None:
                panel.barh(position, cpu, color=COLORS.get(method, "#c9a66b"))
                panel.text(cpu * 1.1, position, f"{cpu:.3g}", va="center", fontsize=8)
            elif results.failure("pairs", case.name, method):
                panel.text(0.12, position, "did not finish", va="center", fontsize=8, color="#a33")
        panel.set(xscale="log", xlim=(0.1, 500), ylim=(-0.6, len(case.methods) - 0.4))
        panel.set_title(case.name)
        panel.set_xlabel("CPU seconds (logarithmic)")
        panel.set_yticks(range(len(case.methods)), list(reversed(case.methods)))
        panel.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    PLOT.parent.mkdir(exist_ok=True)
    figure.savefig(PLOT, dpi=90)


if __name__ == "__main__":
    main()
