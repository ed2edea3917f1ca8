"""What the libraries of frequent item sets read and return: lists of ids, sets with counts."""

from collections.abc import Iterable

import duckdb
import pandas as pd

from pairs.rules import LINES, write_rules


def read_baskets(connection: duckdb.DuckDBPyConnection) -> list[list[str]]:
    """Return the distinct products of each demand order; the grouping is left to DuckDB."""
    query = f"select list(product_id) from ({LINES}) as lines group by order_id"
    return [basket for (basket,) in connection.execute(query).fetchall()]


def write_item_sets(
    connection: duckdb.DuckDBPyConnection,
    item_sets: Iterable[tuple[Iterable[str], int]],
    baskets: int,
) -> None:
    """Write the sets of one and of two items, each with the number of baskets that hold it."""
    counts: dict[str, int] = {}
    pairs = []
    for items, count in item_sets:
        match sorted(items):
            case [product]:
                counts[product] = count
            case [first, second]:
                pairs.append((first, second, count))
    frame = pd.DataFrame(pairs, columns=["product_a_id", "product_b_id", "n_ab"])
    write_rules(connection, frame, pd.Series(counts), baskets)
