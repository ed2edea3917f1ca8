"""Who the customers are, and when each of them orders: before anything is in an order."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics_assets.demo_shop.rhythm import Calendar
from analytics_assets.demo_shop.tables import ids, table, texts

CUSTOMERS_AT_SCALE_ONE = 20_000

SEGMENTS = ("Consumer", "Home Office", "Small Business", "Corporate")
_SEGMENT_SHARES = (0.62, 0.16, 0.14, 0.08)
# Added to the logarithm of the basket's size; segments buy more at once, not more often.
_SEGMENT_APPETITES = (0.0, 0.1, 0.3, 0.5)
_APPETITE_SPREAD = 0.35

NEVER_BUY_SHARE = 0.12
_GROWTH = 0.8  # the last day sees 1 + _GROWTH times the sign-ups of the first
_FIRST_ORDER_AT_ONCE_SHARE = 0.6
_FIRST_ORDER_DELAY_DAYS = 21.0
_AT_ONCE = 0.001

_SECOND_ACCOUNT_SHARE = 0.01
_FEWEST_SECOND_ACCOUNTS = 4
_SERIAL_RETURNER_ORDERS = 90  # at scale 1; by the root of the scale, but at least a dozen
_SERIAL_RETURNER_APPETITE = 1.5

FAILED_SHARE = 0.08  # of the orders after a customer's first: cancelled, returned and the like
GUEST = -1
_GUEST_SHARE = 0.02
_GUESTS_WITH_ACCOUNT_SHARE = 0.4
_ADDRESSES_PER_GUEST_ORDER = 0.5  # of those without an account: some come again


@dataclass(frozen=True)
class Process:
    """BG/NBD (Fader, Hardie & Lee 2005) of the revenue orders after the first one, time in weeks.

    A customer orders at a Poisson rate drawn from Gamma(r, rate alpha), and after each repeat
    order is gone for good with a probability drawn from Beta(a, b).
    """

    r: float = 0.8
    alpha: float = 5.5
    a: float = 0.9
    b: float = 8.0


PROCESS = Process()


@dataclass(frozen=True)
class Customers:
    """One entry per customer, in the order of sign-up; times in operational days.

    ``first_order`` lies beyond the calendar for those who never buy; ``rate`` is the number of
    repeat revenue orders per day, ``dropout`` the chance to be gone after each of them. ``person``
    is the customer whose e-mail address the account has: mostly its own, else that of an older one.
    """

    signup: npt.NDArray[np.float64]
    first_order: npt.NDArray[np.float64]
    rate: npt.NDArray[np.float64]
    dropout: npt.NDArray[np.float64]
    segment: npt.NDArray[np.int64]
    appetite: npt.NDArray[np.float64]
    person: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.signup)

    @property
    def serial_returner(self) -> int:
        """The customer who buys a lot and sends nearly all of it back."""
        return len(self) * 3 // 100


def draw_customers(rng: np.random.Generator, count: int, calendar: Calendar) -> Customers:
    """Draw ``count`` customers of a shop whose sign-ups grow linearly over the calendar."""
    share = np.sort(rng.random(count))
    signup = calendar.days * (np.sqrt(1.0 + _GROWTH * (2.0 + _GROWTH) * share) - 1.0) / _GROWTH
    signup[0] = 0.0  # so that the history begins on the calendar's first day
    at_once = rng.random(count) < _FIRST_ORDER_AT_ONCE_SHARE
    delay = rng.exponential(_FIRST_ORDER_DELAY_DAYS, count)
    buys = rng.random(count) >= NEVER_BUY_SHARE
    segment = rng.choice(len(SEGMENTS), size=count, p=_SEGMENT_SHARES)
    customers = Customers(
        signup=signup,
        first_order=np.where(buys, signup + np.where(at_once, _AT_ONCE, delay), calendar.days + 1),
        rate=rng.gamma(PROCESS.r, 1.0 / (7.0 * PROCESS.alpha), count),
        dropout=np.maximum(rng.beta(PROCESS.a, PROCESS.b, count), 1e-9),
        segment=segment,
        appetite=np.take(_SEGMENT_APPETITES, segment) + rng.normal(0.0, _APPETITE_SPREAD, count),
        person=_persons(rng, count),
    )
    serial = customers.serial_returner
    orders = max(12.0, _SERIAL_RETURNER_ORDERS * np.sqrt(count / CUSTOMERS_AT_SCALE_ONE))
    customers.rate[serial] = orders / (calendar.days - signup[serial])
    customers.dropout[serial] = 1e-9
    customers.appetite[serial] = _SERIAL_RETURNER_APPETITE
    customers.first_order[[0, serial]] = signup[[0, serial]] + _AT_ONCE
    return customers


def _persons(rng: np.random.Generator, count: int) -> npt.NDArray[np.int64]:
    """Give some customers the address of an older account, which is nobody's second one."""
    person = np.arange(count)
    seconds = max(_FEWEST_SECOND_ACCOUNTS, round(_SECOND_ACCOUNT_SHARE * count))
    second = np.sort(rng.choice(np.arange(count // 10, count), size=seconds, replace=False))
    first = np.setdiff1d(person, second)
    older = np.searchsorted(first, second)
    person[second] = first[(rng.random(seconds) * older).astype(np.int64)]
    return person


_FIRST_NAMES = """
Aaliyah Adam Ahmed Alice Amara Ana Anders Andrea Anh Ben Bianca Carlos Chen Chloe Daniel Diego
Elena Emil Emma Fatima Felix Grace Hana Hugo Ines Isaac Ivan Jana Jin Jonas Julia Kenji Lara
Leo Lucia Malik Maria Mei Mila Nadia Noah Olga Omar Priya Rosa Samuel Sofia Tom Yara Zoe
"""
_LAST_NAMES = """
Abbott Ali Andersen Bauer Brown Castillo Clark Costa Cruz Davis Dubois Evans Fischer Flores
Garcia Gupta Haddad Hansen Hughes Ito Jackson Jensen Johnson Kaya Khan Kim Kowalski Larsen Lee
Lopez Martin Mensah Meyer Moore Nguyen Novak Okafor O'Neill Patel Popov Reyes Rossi Sato Silva
Smith Tanaka Torres Walker Wang Weber
"""
_STREETS = "Alder Birch Cedar Elm Harbor Hill Lake Main Maple Mill Oak Park Pine River Station"
_PLACES = (
    ("San Francisco", "CA", "941"),
    ("Sacramento", "CA", "958"),
    ("Portland", "OR", "972"),
    ("Seattle", "WA", "981"),
    ("Spokane", "WA", "992"),
    ("Boise", "ID", "837"),
    ("Salt Lake City", "UT", "841"),
    ("Denver", "CO", "802"),
    ("Albuquerque", "NM", "871"),
    ("Minneapolis", "MN", "554"),
    ("Chicago", "IL", "606"),
    ("Burlington", "VT", "054"),
)


def customers_table(
    rng: np.random.Generator,
    customers: Customers,
    calendar: Calendar,
    dirt: Mapping[str, npt.NDArray[np.int64]],
) -> pa.Table:
    """Return raw ``customers``, one row per customer, with the missing values that ``dirt`` names.

    A second account writes its address in capitals.
    """
    count = len(customers)
    first_names, last_names, streets = _FIRST_NAMES.split(), _LAST_NAMES.split(), _STREETS.split()
    first = rng.integers(len(first_names), size=count)
    last = rng.integers(len(last_names), size=count)
    place = rng.integers(len(_PLACES), size=count)
    number = np.arange(count)
    cities, states, zip_prefixes = zip(*_PLACES, strict=True)
    name = pc.utf8_lower(texts(first_names, first[customers.person]))
    email = _joined(name, ".", ids("", 1, customers.person + 1), "@example.com")
    is_second = pa.array(customers.person != number)
    return table(
        "customers",
        ids("CUST_", 7, number + 1),
        texts(first_names, first, np.isin(number, dirt["missing_first_name"])),
        texts(last_names, last, np.isin(number, dirt["missing_last_name"])),
        pc.if_else(is_second, pc.utf8_upper(email), email),
        ids("555-01", 2, rng.integers(100, size=count)),
        _joined(
            ids("", 1, rng.integers(1, 1000, size=count)),
            " ",
            texts(streets, rng.integers(len(streets), size=count)),
            " Street",
        ),
        texts(cities, place),
        texts(states, place),
        _joined(texts(zip_prefixes, place), ids("", 2, rng.integers(100, size=count))),
        pa.array(
            calendar.moments(customers.signup).astype("datetime64[D]"),
            mask=np.isin(number, dirt["missing_registration_date"]),
        ),
        texts(SEGMENTS, customers.segment),
    )


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


@dataclass(frozen=True)
class Orders:
    """One entry per order, by time; the order's number is its place.

    ``customer`` is an index into Customers or GUEST, ``moment`` is datetime64[s], ``failed`` marks
    what brought no revenue. ``address`` says whose e-mail address the order has: that of a customer
    or, from len(customers) on, of somebody without an account. Month m has the orders
    ``month_bounds[m]`` to ``month_bounds[m + 1]``.
    """

    customer: npt.NDArray[np.int64]
    moment: npt.NDArray[np.datetime64]
    failed: npt.NDArray[np.bool_]
    address: npt.NDArray[np.int64]
    month_bounds: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.customer)


def draw_orders(
    rng: np.random.Generator,
    customers: Customers,
    calendar: Calendar,
    early_customers: npt.NDArray[np.int64],
) -> Orders:
    """Draw the orders of all customers, of guests, and one before sign-up of each early customer.

    The early ones are more than a calendar month before sign-up. The calendar's last second always
    has an order, so that the newest order's day is the calendar's last day at every scale.
    """
    buyers = np.flatnonzero(customers.first_order < calendar.days)
    repeat_customer, repeat_time, repeat_failed = _repeat_orders(rng, customers, calendar, buyers)
    guests = max(2, round(_GUEST_SHARE * (len(buyers) + len(repeat_customer))))
    guest_time = rng.uniform(0.0, calendar.days, guests)
    guest_failed = rng.random(guests) < FAILED_SHARE
    guest_time[0], guest_failed[0] = calendar.days, False
    strangers = max(1, round(_ADDRESSES_PER_GUEST_ORDER * guests))
    guest_address = np.where(
        rng.random(guests) < _GUESTS_WITH_ACCOUNT_SHARE,
        rng.integers(len(customers), size=guests),
        len(customers) + rng.integers(strangers, size=guests),
    )
    early_time = customers.signup[early_customers] - rng.uniform(36, 75, len(early_customers))

    customer = np.concatenate(
        [buyers, repeat_customer, np.full(guests, GUEST), early_customers]
    ).astype(np.int64)
    address = customer.copy()
    address[customer == GUEST] = guest_address
    time = np.concatenate([customers.first_order[buyers], repeat_time, guest_time, early_time])
    failed = np.concatenate(
        [np.zeros(len(buyers), bool), repeat_failed, guest_failed, np.zeros(len(early_time), bool)]
    )
    by_time = np.argsort(time, kind="stable")
    moment = calendar.moments(time[by_time])
    return Orders(
        customer=customer[by_time],
        moment=moment,
        failed=failed[by_time],
        address=address[by_time],
        month_bounds=np.searchsorted(calendar.month(moment), np.arange(calendar.months + 1)),
    )


def _repeat_orders(
    rng: np.random.Generator,
    customers: Customers,
    calendar: Calendar,
    buyers: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return customer, time and failed of the orders after the first.

    Given their number, the times of a Poisson process are uniform: draw as many as the customer
    would place without ever leaving, sort them, and cut each history after the revenue order at
    which the customer leaves. Failed orders come on top and let nobody leave, so the revenue orders
    alone are exactly BG/NBD.
    """
    span = calendar.days - customers.first_order[buyers]
    count = rng.poisson(customers.rate[buyers] / (1.0 - FAILED_SHARE) * span)
    lifetime = rng.geometric(customers.dropout[buyers])
    buyer = np.repeat(np.arange(len(buyers)), count)
    share = np.sort(buyer + rng.random(len(buyer))) - buyer
    failed = rng.random(len(buyer)) < FAILED_SHARE
    revenue_before: npt.NDArray[np.int64] = np.cumsum(~failed) - ~failed
    at_start = np.concatenate([[0], np.cumsum(count)])[:-1]
    in_history = np.concatenate([revenue_before, [0]])[at_start]
    kept = revenue_before - in_history[buyer] < lifetime[buyer]
    buyer, share, failed = buyer[kept], share[kept], failed[kept]
    return buyers[buyer], customers.first_order[buyers][buyer] + share * span[buyer], failed
