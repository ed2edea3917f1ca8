"""Merging adjacent classes until each is large enough, for baskets and for customers alike."""

from collections.abc import Sequence
from itertools import pairwise


def merge_adjacent(counts: Sequence[int], least: int) -> list[slice]:
    """Return slices of ``counts``, each just long enough to sum to ``least``.

    What is left at the end is too small for a slice of its own: the last one takes it.
    """
    ends: list[int] = []
    held = 0
    for end, count in enumerate(counts, start=1):
        held += count
        if held >= least:
            ends.append(end)
            held = 0
    ends = [*ends[:-1], len(counts)]
    return [slice(start, end) for start, end in pairwise([0, *ends]) if end > start]
