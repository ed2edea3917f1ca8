"""Cohort health and the retention index by plain loops and fractions: no frame, no array."""

import math
import statistics
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

# Who was active at which ages: one set per member, per cohort number (months since the first).
Members = Mapping[int, Sequence[set[int]]]
Cell = tuple[int, int]


def counted(cohort: Sequence[set[int]], age: int) -> int:
    return sum(age in ages for ages in cohort)


def health_of(members: Members, last_month: int) -> dict[Cell, dict[str, Any]]:
    """Return the judged cells (cohort, age): base, index, e, z, q and both words.

    The last complete month is ``last_month``; cohorts are numbered by their month.
    """
    cohorts = sorted(members)
    bases: dict[Cell, tuple[int, int, list[int]]] = {}
    for position, cohort in enumerate(cohorts):
        older = [c for c in cohorts[max(0, position - 6) : position] if c != cohorts[0]]
        for age in range(1, last_month - cohort + 1):
            active = sum(counted(members[c], age) for c in older)
            if len(members[cohort]) >= 30 and len(older) >= 3 and active > 0:
                bases[cohort, age] = (active, sum(len(members[c]) for c in older), older)

    judged: dict[Cell, dict[str, Any]] = {}
    for (cohort, age), (a0, n0, older) in bases.items():
        month = [cell for cell in bases if sum(cell) == cohort + age]
        others = [cell for cell in month if cell != (cohort, age)]
        active = {cell: counted(members[cell[0]], cell[1]) for cell in month}
        of_others = sum(active[cell] for cell in others)
        if of_others < 50:
            continue
        n, a, b = len(members[cohort]), active[cohort, age], Fraction(a0, n0)
        by_base = {cell: len(members[cell[0]]) * Fraction(*bases[cell][:2]) for cell in month}
        index = of_others / sum(by_base[cell] for cell in others)
        index_of_all = sum(active.values()) / sum(by_base.values())
        p = min(b * index, Fraction(999, 1000))
        of_index = Fraction(0)
        for cell in others:
            size = len(members[cell[0]])
            share = Fraction(*bases[cell][:2])
            expected = min(share * index_of_all, Fraction(999, 1000)) * size
            of_index += (
                expected * (1 - expected / size) + expected**2 * (1 - share) / bases[cell][0]
            )
        of_index /= of_others**2
        e = n * p
        z = float(a - e) / math.sqrt(n * p * (1 - p) + e**2 * ((1 - b) / a0 + of_index))
        judged[cohort, age] = {"n": n, "a": a, "b": b, "index": index, "e": e, "z": z}
        judged[cohort, age] |= {"of_index": of_index, "older": older}
    for (cohort, age), cell in judged.items():
        so_far = [judged[cohort, k] for k in range(1, age + 1) if (cohort, k) in judged]
        f = Fraction(len(so_far), age)
        s, e = sum(c["a"] for c in so_far), sum(c["e"] for c in so_far)
        base_members = [ages for c in cell["older"] for ages in members[c]]
        spread, of_base = (
            statistics.pvariance([Fraction(sum(1 <= k <= age for k in ages)) for ages in group])
            for group in (members[cohort], base_members)
        )
        n = cell["n"]
        variance = (
            n * spread * f
            + n**2 * of_base * f / len(base_members)
            + sum(c["e"] ** 2 * c["of_index"] for c in so_far)
        )
        cell |= {"s": s, "e_to_date": e, "z_to_date": float(s - e) / math.sqrt(variance)}
    for cells in by_month(judged).values():
        for z, q in (("z", "q"), ("z_to_date", "q_to_date")):
            p_values = [math.erfc(abs(cell[z]) / math.sqrt(2)) for cell in cells]
            for cell, value in zip(cells, benjamini_hochberg(p_values), strict=True):
                cell[q] = value
        for cell in cells:
            cell["health"] = word(cell["z"], cell["q"], cell["a"] < cell["e"] / 2)
            cell["to_date"] = word(
                cell["z_to_date"], cell["q_to_date"], cell["s"] < cell["e_to_date"] / 2
            )
    return judged


def by_month(judged: Mapping[Cell, dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    months: dict[int, list[dict[str, Any]]] = {}
    for cell, values in judged.items():
        months.setdefault(sum(cell), []).append(values)
    return months


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return for each p-value the least m p_j / (rank of p_j) over the p_j that are no smaller."""
    ranks = {p: sum(other <= p for other in p_values) for p in p_values}
    scaled = {p: len(p_values) * p / rank for p, rank in ranks.items()}
    return [min(scaled[other] for other in p_values if other >= p) for p in p_values]


def word(z: float, q: float, is_below_half: bool) -> str:
    if q > 0.05:
        return "moderate"
    if z > 0:
        return "healthy"
    return "poor" if is_below_half else "at_risk"


def index_of(members: Members, month: int) -> dict[str, Any] | None:
    """Return ratio, error of its logarithm and z of a complete month; None under 4 ages."""
    first = min(members)
    pairs = []
    for age in range(1, month + 1):
        now, before = month - age, month - age - 12
        if now in members and before in members and before > first:
            pairs.append((members[now], members[before], age))
    if len(pairs) < 4:
        return None
    a = [Fraction(counted(now, age)) for now, _, age in pairs]
    n = [len(now) for now, _, _ in pairs]
    r = [Fraction(counted(before, age), len(before)) for _, before, age in pairs]
    expected = [size * rate for size, rate in zip(n, r, strict=True)]

    def log_without(left_out: int) -> float:
        kept = [i for i in range(len(pairs)) if i != left_out]
        return math.log(sum(a[i] for i in kept) / sum(expected[i] for i in kept))

    binomial = (
        sum(x * (1 - x / size) for x, size in zip(a, n, strict=True)) / sum(a) ** 2
        + sum(
            size**2 * rate * (1 - rate) / len(before)
            for size, rate, (_, before, _) in zip(n, r, pairs, strict=True)
        )
        / sum(expected) ** 2
    )
    logs = [log_without(i) for i in range(len(pairs))]
    jackknife = (len(logs) - 1) * statistics.pvariance(logs)
    error = math.sqrt(max(float(binomial), jackknife))
    ratio = sum(a) / sum(expected)
    return {"ages": len(pairs), "index": ratio, "error": error, "z": math.log(ratio) / error}
