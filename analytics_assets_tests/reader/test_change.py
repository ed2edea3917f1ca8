"""The split of a change of revenue, against the definition of a Shapley value by all six orders."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

from hypothesis import example, given
from hypothesis import strategies as st

from analytics_assets.defs.published.change import Sales, Split, split


@st.composite
def sales(draw: st.DrawFn) -> Sales:
    customers = draw(st.integers(0, 500))
    orders = customers + draw(st.integers(0, 900)) if customers else 0
    cents = draw(st.integers(1, 10**9)) if orders else 0
    return Sales(customers, orders, Decimal(cents) / 100)


def by_all_orders(before: Sales, now: Sales) -> list[Fraction]:
    """Change one factor after another in each of the six orders, and average what each makes."""
    old, new = (
        [
            Fraction(s.customers),
            Fraction(s.orders, s.customers),
            Fraction(s.revenue) / Fraction(s.orders),
        ]
        for s in (before, now)
    )
    made = [Fraction(0)] * 3
    for order in permutations(range(3)):
        at = list(old)
        for factor in order:
            product = at[0] * at[1] * at[2]
            at[factor] = new[factor]
            made[factor] += (at[0] * at[1] * at[2] - product) / 6
    return made


@given(sales(), sales())
@example(Sales(1, 1, Decimal("0.01")), Sales(3, 7, Decimal("99999999.99")))
def test_the_parts_are_shapley_values_and_add_up_to_the_cent(before: Sales, now: Sales):
    parts = split(before, now)

    change = now.revenue - before.revenue
    assert parts.customers + parts.frequency + parts.value == parts.change == change
    if not before.orders or not now.orders:
        assert parts == Split(change, Decimal(0), Decimal(0))
        return
    expected = by_all_orders(before, now)
    found = (parts.customers, parts.frequency, parts.value)
    # Half a cent of rounding each; the last one takes over what the others left.
    for part, exact, cents in zip(found, expected, (0.5, 0.5, 1), strict=True):
        assert abs(Fraction(part) - exact) <= Fraction(cents) / 100


def test_the_worked_example():
    # 10 customers, 2 orders each, of 50; then 12 customers, 2 orders each, of 55.
    before, now = Sales(10, 20, Decimal("1000.00")), Sales(12, 24, Decimal("1320.00"))

    assert split(before, now) == Split(Decimal("210.00"), Decimal("0.00"), Decimal("110.00"))
