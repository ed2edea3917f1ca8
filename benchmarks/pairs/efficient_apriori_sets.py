"""efficient-apriori: item sets of at most two, in pure Python."""

from pathlib import Path

import duckdb
from efficient_apriori import itemsets_from_transactions

from pairs.rules import MIN_PAIR_ORDERS
from pairs.transactions import read_baskets, write_item_sets


def run(database: Path) -> None:
    """Find the item sets and write the pairs; a support between two counts avoids rounding up."""
    with duckdb.connect(database) as connection:
        baskets = read_baskets(connection)
        support = (MIN_PAIR_ORDERS - 0.5) / len(baskets)
        by_length, n = itemsets_from_transactions(baskets, min_support=support, max_length=2)
        found = (item_set for sets in by_length.values() for item_set in sets.items())
        write_item_sets(connection, found, n)
