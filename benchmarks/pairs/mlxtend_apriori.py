"""mlxtend's apriori."""

from pathlib import Path

from mlxtend.frequent_patterns import apriori

from pairs.mlxtend_sets import run_with


def run(database: Path) -> None:
    """Find the item sets and write the pairs."""
    run_with(apriori, database)
