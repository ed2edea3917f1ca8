"""How many rows some tables have, in one statement."""

from collections.abc import Sequence

from analytics_assets.lib.warehouse.interface import Session
from analytics_assets.lib.warehouse.literals import literal


def row_counts(session: Session, tables: Sequence[str]) -> dict[str, int]:
    """Return the number of rows of each ``schema.name``."""
    if not tables:
        return {}
    counts = session.read(
        " union all ".join(
            f"select {literal(table)} as table_name, count(*) as row_count from {table}"
            for table in tables
        )
    )
    return {str(name): int(n) for name, n in zip(counts.table_name, counts.row_count, strict=True)}
