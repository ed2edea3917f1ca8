"""pyfim's eclat, in C: item sets of at most two."""

from pathlib import Path

import duckdb
from fim import eclat

from pairs.rules import MIN_PAIR_ORDERS
from pairs.transactions import read_baskets, write_item_sets


def run(database: Path) -> None:
    """Find the item sets and write the pairs; a negative support is a number of baskets."""
    with duckdb.connect(database) as connection:
        baskets = read_baskets(connection)
        n = len(baskets)
        found = eclat(baskets, target="s", supp=-MIN_PAIR_ORDERS, zmin=1, zmax=2, report="a")
        del baskets
        write_item_sets(connection, found, n)
