"""What is in the orders of one month: baskets, lines with the dirt among them, and returns."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.products import COMES_BACK, HABITS, paid_prices

BULK_SIZE = 45
_TYPICAL_SIZE = 2.35  # median of the lognormal whose whole part is the size, for appetite 0
_SIZE_SPREAD = 0.72
_LARGEST_SIZE = 25
_ORDERS_AT_ONCE = 32_768

CLEAN, SECOND_LINE, REPEATED, ORPHAN = range(4)
_ONE_PIECE_SHARE = 0.8
_MOST_PIECES = 12

_RETURN_SHARE = (
    0.046  # of the lines; with the product and the customer below 6 % of sales come back
)
_COMES_BACK_SHARE = 0.68
_SERIAL_SHARE = 0.96
_ONE_PIECE_BACK_SHARE = 0.3  # of the returned lines with several pieces
_DAYS_AT_LEAST = 4
_WEEKS_ON_TOP = 2.5  # mean


@dataclass(frozen=True)
class Baskets:
    """The products of each order, shape (orders, products), and how many pairs came about how.

    ``by_chance`` and ``by_habit`` count, for each of HABITS, the baskets that hold both products
    without the habit and because of it.
    """

    holds: npt.NDArray[np.bool_]
    by_chance: npt.NDArray[np.int64]
    by_habit: npt.NDArray[np.int64]


def draw_sizes(
    rng: np.random.Generator, appetite: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Return the number of distinct products of each basket before habits, 1 to 25."""
    size = np.exp(rng.normal(np.log(_TYPICAL_SIZE) + appetite, _SIZE_SPREAD))
    whole: npt.NDArray[np.int64] = np.clip(size, 1, _LARGEST_SIZE).astype(np.int64)
    return whole


def draw_baskets(
    rng: np.random.Generator, sizes: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> Baskets:
    """Fill baskets of these sizes with a heavy tail, then let the habits add to them.

    A basket takes the products that arrive first, each after an exponential time of rate
    ``weights``: drawing without replacement, in which no two products are related.
    """
    holds = np.empty((len(sizes), len(weights)), dtype=np.bool_)
    for start in range(0, len(sizes), _ORDERS_AT_ONCE):
        part = slice(start, start + _ORDERS_AT_ONCE)
        arrival = rng.standard_exponential((len(sizes[part]), len(weights))) / weights
        last = np.take_along_axis(np.sort(arrival, axis=1), sizes[part, None] - 1, axis=1)
        holds[part] = arrival <= last
    by_chance, by_habit = [], []
    for habit in HABITS:
        anchor, attached = holds[:, habit.anchor], holds[:, habit.attached]
        by_chance.append(np.count_nonzero(anchor & attached))
        added = anchor & ~attached & (rng.random(len(sizes)) < habit.attach_rate)
        by_habit.append(np.count_nonzero(added))
        attached |= added
    return Baskets(holds, np.array(by_chance), np.array(by_habit))


@dataclass(frozen=True)
class Lines:
    """One entry per line, by order and product; a dirty copy follows the line that it copies.

    ``order`` is the order's place in its month, ``product`` an index into PRODUCTS, money in cents.
    ``kind`` is one of CLEAN, SECOND_LINE (the same product again under a key of its own), REPEATED
    (the same row again, key and all) and ORPHAN (copied to an order that does not exist).
    ``order_total`` has one entry per order: what its lines add up to, in cents, lost lines
    included, REPEATED and ORPHAN not.
    """

    order: npt.NDArray[np.int64]
    product: npt.NDArray[np.int64]
    quantity: npt.NDArray[np.int64]
    unit_price: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    order_total: npt.NDArray[np.int64]

    @property
    def total(self) -> npt.NDArray[np.int64]:
        """What each line costs before the order's discount."""
        return self.quantity * self.unit_price

    def net(self, order_net: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Share each order's net cents among its lines by their totals, half up, to the cent.

        The remainder goes to the order's largest line, of equals to the first.
        """
        counted = np.flatnonzero(self.kind <= SECOND_LINE)
        order, part = self.order[counted], self.total[counted]
        whole = np.bincount(order, part, len(order_net)).astype(np.int64)
        share = (2 * order_net[order] * part + whole[order]) // (2 * whole[order])
        by_size = np.lexsort((np.arange(len(part)), -part, order))
        has_lines, first = np.unique(order[by_size], return_index=True)
        rest = order_net - np.bincount(order, share, len(order_net)).astype(np.int64)
        share[by_size[first]] += rest[has_lines]
        net = np.zeros(len(self.order), dtype=np.int64)
        net[counted] = share
        return net


def draw_lines(
    rng: np.random.Generator,
    holds: npt.NDArray[np.bool_],
    prices: npt.NDArray[np.int64],
    dirt: Mapping[str, npt.NDArray[np.int64]],
) -> Lines:
    """Make a line of every product in a basket; ``dirt`` has the places of the dirty orders."""
    order, product = np.nonzero(holds)
    quantity = np.minimum(rng.geometric(_ONE_PIECE_SHARE, size=len(order)), _MOST_PIECES)
    unit_price = paid_prices(rng, prices[product])

    copied = [
        np.searchsorted(order, dirt[kind])
        for kind in ("product_twice_in_order", "repeated_order_item_id", "orphan_line")
    ]
    source = np.concatenate([np.arange(len(order)), *copied])
    kind = np.repeat(
        [CLEAN, SECOND_LINE, REPEATED, ORPHAN], [len(order), *(len(part) for part in copied)]
    )
    arranged = np.argsort(source, kind="stable")
    source, kind = source[arranged], kind[arranged]

    counted = source[kind <= SECOND_LINE]
    order_total = np.zeros(len(holds), dtype=np.int64)
    np.add.at(order_total, order[counted], (quantity * unit_price)[counted])

    kept = ~np.isin(order[source], dirt["order_without_items"])
    source, kind = source[kept], kind[kept]
    return Lines(
        order=order[source],
        product=product[source],
        quantity=quantity[source],
        unit_price=unit_price[source],
        kind=kind,
        order_total=order_total,
    )


@dataclass(frozen=True)
class Returns:
    """One entry per line that came back: its place among the month's lines, how much of it, when.

    ``amount`` is in cents, net of discount; ``moment`` is datetime64[s] and may lie beyond the
    calendar, ``reason`` an index into REASONS.
    """

    line: npt.NDArray[np.int64]
    quantity: npt.NDArray[np.int64]
    amount: npt.NDArray[np.int64]
    moment: npt.NDArray[np.datetime64]
    reason: npt.NDArray[np.int64]


REASONS = ("", "does not fit", "changed my mind", "damaged", "not as described")


def draw_returns(
    rng: np.random.Generator,
    lines: Lines,
    order_net: npt.NDArray[np.int64],
    *,
    moment: npt.NDArray[np.datetime64],
    may_return: npt.NDArray[np.bool_],
    is_serial: npt.NDArray[np.bool_],
) -> Returns:
    """Let lines of the orders that ``may_return`` come back, some weeks after the order.

    All but ``lines`` and what is returned have one entry per order of the month.
    """
    chance = np.where(lines.product == COMES_BACK, _COMES_BACK_SHARE, _RETURN_SHARE)
    chance[is_serial[lines.order]] = _SERIAL_SHARE
    back = np.flatnonzero((rng.random(len(chance)) < chance) & may_return[lines.order])
    bought = lines.quantity[back]
    one_piece = rng.random(len(back)) < _ONE_PIECE_BACK_SHARE
    quantity = np.where(one_piece & ~is_serial[lines.order[back]], 1, bought)
    net = lines.net(order_net)[back]
    days = _DAYS_AT_LEAST + rng.gamma(2.0, _WEEKS_ON_TOP * 7 / 2, len(back)).astype(np.int64)
    seconds = rng.integers(8 * 3600, 20 * 3600, len(back))
    day = moment[lines.order[back]].astype("datetime64[D]") + days.astype("timedelta64[D]")
    return Returns(
        line=back,
        quantity=quantity,
        amount=(2 * net * quantity + bought) // (2 * bought),
        moment=day.astype("datetime64[s]") + seconds.astype("timedelta64[s]"),
        reason=rng.integers(len(REASONS), size=len(back)),
    )
