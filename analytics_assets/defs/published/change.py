"""Why revenue changed: customers, orders per customer, value per order; an exact split.

Revenue is C x F x V, with C customers, F = orders / C and V = revenue / orders. Each factor gets
its Shapley value: the change that it makes, averaged over the six orders in which the three could
have changed one after another (Shapley 1953; the same as the full three-factor decomposition of
Sun 1998). Computed in fractions, so that the three add up to the change to the last cent.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sales:
    """What was sold in a period.

    Attributes:
        customers: how many bought; an order without a customer id is a customer of its own.
        orders: revenue orders.
        revenue: their net amount, in the shop's currency, to the cent.
    """

    customers: int
    orders: int
    revenue: Decimal

    @property
    def frequency(self) -> Decimal | None:
        """Orders per customer, to two decimals; None without an order."""
        return (Decimal(self.orders) / self.customers).quantize(_CENT) if self.orders else None

    @property
    def value(self) -> Decimal | None:
        """Revenue per order, to the cent; None without an order."""
        return (self.revenue / self.orders).quantize(_CENT) if self.orders else None


@dataclass(frozen=True)
class Split:
    """A change of revenue in its three parts, in the shop's currency, to the cent.

    customers + frequency + value is exactly the change.
    """

    customers: Decimal
    frequency: Decimal
    value: Decimal

    @property
    def change(self) -> Decimal:
        """The change of revenue."""
        return self.customers + self.frequency + self.value


def split(before: Sales, now: Sales) -> Split:
    """Return the parts of ``now.revenue - before.revenue``.

    Where one of the periods has no order, its orders per customer and value per order do not exist:
    the whole change is then that of customers. Cents are rounded half to even; what rounding leaves
    over goes to the value per order.
    """
    change = now.revenue - before.revenue
    if not before.orders or not now.orders:
        return Split(change, Decimal("0.00"), Decimal("0.00"))
    (c0, f0, v0), (c1, f1, v1) = _factors(before), _factors(now)
    customers = _effect((c0, f0, v0), (c1, f1, v1))
    frequency = _effect((f0, c0, v0), (f1, c1, v1))
    first, second = _cents(customers), _cents(frequency)
    return Split(first, second, change - first - second)


def _factors(sales: Sales) -> tuple[Fraction, Fraction, Fraction]:
    return (
        Fraction(sales.customers),
        Fraction(sales.orders, sales.customers),
        Fraction(sales.revenue) / sales.orders,
    )


def _effect(
    before: tuple[Fraction, Fraction, Fraction], now: tuple[Fraction, Fraction, Fraction]
) -> Fraction:
    """Return the Shapley value of the first of three factors."""
    (a0, b0, c0), (a1, b1, c1) = before, now
    return (a1 - a0) * ((b0 * c0 + b1 * c1) / 3 + (b0 * c1 + b1 * c0) / 6)


def _cents(amount: Fraction) -> Decimal:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(_CENT, rounding=ROUND_HALF_EVEN)
