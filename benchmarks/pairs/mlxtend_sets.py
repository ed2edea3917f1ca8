"""mlxtend's common part: a sparse one-hot table of the baskets, item sets of at most two."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
from mlxtend.preprocessing import TransactionEncoder

from pairs.rules import MIN_PAIR_ORDERS
from pairs.transactions import read_baskets, write_item_sets


def run_with(algorithm: Callable[..., pd.DataFrame], database: Path) -> None:
    """Run one of mlxtend's algorithms; a support between two counts avoids rounding up."""
    with duckdb.connect(database) as connection:
        baskets = read_baskets(connection)
        encoder = TransactionEncoder()
        matrix = encoder.fit(baskets).transform(baskets, sparse=True)
        table = pd.DataFrame.sparse.from_spmatrix(matrix, columns=encoder.columns_)
        n = len(baskets)
        del baskets
        sets = algorithm(
            table, min_support=(MIN_PAIR_ORDERS - 0.5) / n, max_len=2, use_colnames=True
        )
        counts = (sets["support"] * n).round().astype("int64")
        write_item_sets(connection, zip(sets["itemsets"], counts, strict=True), n)
