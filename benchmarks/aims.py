"""The aims of this project's speed, each judged by the figures of one run."""

from dataclasses import dataclass

from cases import (
    AS_MANY_PAIRS,
    CASES,
    COPY,
    DBT_BUILD,
    DBT_TEST,
    KERNEL,
    MINERS,
    NAIVE_SQL,
    OURS,
    PANDAS,
    PANDAS_MERGE,
    SAME_FIGURES_SQL,
)
from results import Results

_PAIRS = CASES["pairs"][1].name
_TEN_MILLION = CASES["pairs"][3].name
_VOTES = CASES["votes"][0].name
_COHORTS = CASES["cohorts"][0].name
_LANDING = CASES["landing"][0].name
_GRAPH = CASES["graph"][0].name
_DEMO, _LARGE_DEMO = (case.name for case in CASES["checks"])


@dataclass(frozen=True)
class Aim:
    """A bound on this project's figure, or on its ratio to the fastest of some methods.

    Attributes:
        section: of the results.
        case: of the section.
        figure: what is compared.
        methods: compared with; none: the figure itself is bounded.
        at_least: the methods' figure divided by ours is at least this;
        at_most: ours divided by theirs (or ours) is at most this.
    """

    section: str
    case: str
    figure: str
    methods: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


AIMS = {
    "pairs: CPU of naive SQL / ours": Aim("pairs", _PAIRS, "cpu_seconds", (NAIVE_SQL,), at_least=4),
    "pairs: CPU of pandas / ours": Aim("pairs", _PAIRS, "cpu_seconds", (PANDAS_MERGE,), at_least=4),
    "pairs: CPU of the fastest of mlxtend, efficient-apriori / ours": Aim(
        "pairs", _PAIRS, "cpu_seconds", MINERS, at_least=20
    ),
    "pairs: CPU of ours / compiled kernel": Aim(
        "pairs", _PAIRS, "cpu_seconds", (KERNEL,), at_most=1.7
    ),
    "pairs: peak MB of ours": Aim("pairs", _TEN_MILLION, "peak_mb", at_most=5000),
    "votes: CPU of ours / product_affinity of as many orders": Aim(
        "votes", _VOTES, "cpu_seconds", (AS_MANY_PAIRS,), at_most=2
    ),
    "votes: peak MB of ours": Aim("votes", _VOTES, "peak_mb", at_most=2000),
    "cohorts: CPU of ours / SQL with the same figures": Aim(
        "cohorts", _COHORTS, "cpu_seconds", (SAME_FIGURES_SQL,), at_most=1.1
    ),
    "cohorts: CPU of pandas / ours": Aim("cohorts", _COHORTS, "cpu_seconds", (PANDAS,), at_least=2),
    "cohorts: peak MB of ours": Aim("cohorts", _COHORTS, "peak_mb", at_most=3000),
    "landing: CPU of ours / DuckDB's copy into tables of text": Aim(
        "landing", _LANDING, "cpu_seconds", (COPY,), at_most=2
    ),
    "landing: peak MB of ours": Aim("landing", _LANDING, "peak_mb", at_most=2000),
    "graph: wall of ours / dbt build of the same models": Aim(
        "graph", _GRAPH, "wall_seconds", (DBT_BUILD,), at_most=3.5
    ),
    "checks: wall of ours / dbt test": Aim(
        "checks", _DEMO, "wall_seconds", (DBT_TEST,), at_most=0.67
    ),
    "checks: CPU of dbt test / ours": Aim(
        "checks", _LARGE_DEMO, "cpu_seconds", (DBT_TEST,), at_least=1.5
    ),
}


def aims_table(results: Results) -> str:
    """Return a Markdown table: aim, shop, bound, measured, verdict."""
    lines = ["| figure | shop | aim | measured | |", "|---|---|---:|---:|---|"]
    for name, aim in AIMS.items():
        measured = _measured(results, aim)
        bound = (
            f"at most {aim.at_most:,g}" if aim.at_least is None else f"at least {aim.at_least:,g}"
        )
        shown = "not measured" if measured is None else f"{measured:,.3g}"
        if measured is not None and measured >= 1000:
            shown = f"{measured:,.0f}"
        lines.append(
            f"| {name} | {aim.case} | {bound} | {shown} | {_verdict(results, aim, measured)} |"
        )
    return "\n".join(lines)


def _measured(results: Results, aim: Aim) -> float | None:
    ours = results.median(aim.section, aim.case, OURS, aim.figure)
    if not ours or not aim.methods:
        return ours
    found = [results.median(aim.section, aim.case, name, aim.figure) for name in aim.methods]
    finished = [value for value in found if value is not None]
    if not finished:
        return None
    return min(finished) / ours if aim.at_least is not None else ours / min(finished)


def _verdict(results: Results, aim: Aim, measured: float | None) -> str:
    if measured is None:
        failures = {results.failure(aim.section, aim.case, name) for name in aim.methods} - {None}
        return "; ".join(sorted(map(str, failures)))
    met = measured >= aim.at_least if aim.at_least is not None else measured <= (aim.at_most or 0)
    return "met" if met else "**missed**"
