"""The customers' rows: names, addresses and the date of registration."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics_assets.demo_shop.columns import SCHEMAS, ids, texts
from analytics_assets.demo_shop.customers import SEGMENTS, Customers
from analytics_assets.demo_shop.rhythm import moments

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
    rng: np.random.Generator, customers: Customers, dirt: Mapping[str, npt.NDArray[np.int64]]
) -> pa.Table:
    """Return raw ``customers``, one row a customer, with the missing values that ``dirt`` names."""
    count = len(customers)
    first_names, last_names, streets = _FIRST_NAMES.split(), _LAST_NAMES.split(), _STREETS.split()
    first = rng.integers(len(first_names), size=count)
    last = rng.integers(len(last_names), size=count)
    place = rng.integers(len(_PLACES), size=count)
    number = np.arange(1, count + 1)

    def missing(kind: str) -> npt.NDArray[np.bool_]:
        return np.isin(np.arange(count), dirt[kind])

    cities, states, zip_prefixes = zip(*_PLACES, strict=True)
    mailbox = pc.binary_join_element_wise(
        pc.utf8_lower(texts(first_names, first)), ids("", 1, number), "."
    )
    columns = [
        ids("CUST_", 7, number),
        texts(first_names, first, missing("missing_first_name")),
        texts(last_names, last, missing("missing_last_name")),
        pc.binary_join_element_wise(mailbox, "example.com", "@"),
        ids("555-01", 2, rng.integers(100, size=count)),
        pc.binary_join_element_wise(
            ids("", 1, rng.integers(1, 1000, size=count)),
            texts(streets, rng.integers(len(streets), size=count)),
            "Street",
            " ",
        ),
        texts(cities, place),
        texts(states, place),
        pc.binary_join_element_wise(
            texts(zip_prefixes, place), ids("", 2, rng.integers(100, size=count)), ""
        ),
        pa.array(
            moments(customers.signup).astype("datetime64[D]"),
            mask=missing("missing_registration_date"),
        ),
        texts(SEGMENTS, customers.segment),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMAS["customers"])
