"""Puts results.json into docs/benchmarks.md: aims between their marks, and the plot of pairs."""

import matplotlib.pyplot as plt
from aims import aims_table
from cases import CASES, KERNEL, OURS
from measure import HERE
from results import Results

DOCS = HERE.parent / "docs"
PAGE = DOCS / "benchmarks.md"
PLOT = DOCS / "images" / "benchmark_pairs.png"
COLORS = {OURS: "#1f6f54", KERNEL: "#7a7a7a"}


def main() -> None:
    """Write aims and plot anew; what stands between the marks is replaced."""
    results = Results.load(HERE / "results.json")
    PAGE.write_text(_replace(PAGE.read_text(), "aims", aims_table(results)))
    _plot(results)


def _replace(text: str, mark: str, table: str) -> str:
    begin, end = f"<!-- begin {mark} -->", f"<!-- end {mark} -->"
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2]
    if not (found and end in rest):
        raise ValueError(f"{PAGE} lacks the lines {begin} and {end}, between which a table goes")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


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
