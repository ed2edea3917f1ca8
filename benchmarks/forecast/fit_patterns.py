"""This project's fit of BG/NBD, on the distinct (x, t_x, T) of the customers."""

from pathlib import Path

from forecast.buyers import fit_and_write


def run(database: Path) -> dict[str, float]:
    """Fit and leave the parameters."""
    return fit_and_write(database, every_row_its_own=False)
