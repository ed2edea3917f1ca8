"""How baskets are put into strata: by hand, and by the properties that leave no choice."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analytics_assets.defs.products.affinity.strata import STRATUM_BASKETS, draw_strata


def sizes_of(cells: dict[tuple[str, int], int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_month": pd.to_datetime([month + "-01" for month, _ in cells]),
            "basket_size": [size for _, size in cells],
            "baskets": list(cells.values()),
        }
    ).astype({"basket_size": "int64", "baskets": "int64"})


def drawn(cells: dict[tuple[str, int], int]) -> list[tuple[str, str, int, int, int]]:
    return [
        (f"{s.month_from:%Y-%m}", f"{s.month_to:%Y-%m}", s.size_from, s.size_to, s.baskets)
        for s in draw_strata(sizes_of(cells))
    ]


def test_adjacent_sizes_merge_until_200_and_the_last_small_one_joins_its_neighbour():
    cells = {("2024-01", 1): 900, ("2024-01", 2): 200, ("2024-01", 3): 199, ("2024-01", 4): 1}
    cells |= {("2024-01", 7): 150, ("2024-01", 1000): 1}
    assert drawn(cells) == [
        ("2024-01", "2024-01", 2, 2, 200),
        ("2024-01", "2024-01", 3, 1000, 351),
    ]


def test_a_small_month_joins_the_next_and_the_last_one_the_one_before():
    cells = {("2024-01", 2): 100, ("2024-02", 2): 100, ("2024-02", 3): 60}
    cells |= {("2024-03", 2): 200, ("2024-05", 3): 199}
    assert drawn(cells) == [
        ("2024-01", "2024-02", 2, 3, 260),
        ("2024-03", "2024-05", 2, 3, 399),
    ]


def test_a_month_of_one_item_baskets_alone_counts_as_no_month():
    assert drawn({("2024-01", 1): 5000, ("2024-02", 2): 3}) == [("2024-02", "2024-02", 2, 2, 3)]


def test_no_baskets_and_only_one_item_baskets_have_no_strata():
    assert drawn({}) == []
    assert drawn({("2024-01", 1): 10}) == []


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["2024-01", "2024-02", "2024-04"]), st.integers(1, 12)),
        st.integers(1, 300),
        max_size=30,
    )
)
def test_every_basket_with_a_pair_is_in_one_stratum_as_small_as_the_minimum_allows(cells):
    strata = draw_strata(sizes_of(cells))
    pairing = {cell: n for cell, n in cells.items() if cell[1] > 1}
    members: list[dict[tuple[str, int], int]] = [{} for _ in strata]
    for (month, size), n in pairing.items():
        homes = [
            number
            for number, s in enumerate(strata)
            if f"{s.month_from:%Y-%m}" <= month <= f"{s.month_to:%Y-%m}"
            and s.size_from <= size <= s.size_to
        ]
        assert len(homes) == 1
        members[homes[0]][month, size] = n
    assert [sum(held.values()) for held in members] == [s.baskets for s in strata]
    if sum(pairing.values()) < STRATUM_BASKETS:
        assert len(strata) == bool(pairing)
        return
    assert all(s.baskets >= STRATUM_BASKETS for s in strata)
    periods = sorted({(s.month_from, s.month_to) for s in strata})
    for number, s in enumerate(strata):
        last_of_month = all(
            (other.month_from, other.month_to) != (s.month_from, s.month_to)
            for other in strata[number + 1 :]
        )
        if not last_of_month:
            without_last_size = [n for (_, size), n in members[number].items() if size < s.size_to]
            assert sum(without_last_size) < STRATUM_BASKETS
    for first, last in periods[:-1]:
        before_last = [
            n for (month, _), n in pairing.items() if f"{first:%Y-%m}" <= month < f"{last:%Y-%m}"
        ]
        assert sum(before_last) < STRATUM_BASKETS
