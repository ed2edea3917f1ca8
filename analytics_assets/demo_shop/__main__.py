"""``python -m analytics_assets.demo_shop DIR``: write the demonstration shop's files."""

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analytics_assets.demo_shop.shop import DEFAULT_END, DEFAULT_SEED, write


def last_day(text: str, today: datetime.date) -> np.datetime64:
    """Return the shop's last day: a date such as 2025-12-31, or ``yesterday``.

    Raises ValueError for anything else.
    """
    if text == "yesterday":
        return np.datetime64(today, "D") - 1
    try:
        return np.datetime64(datetime.date.fromisoformat(text), "D")
    except ValueError:
        raise ValueError(
            f"The end must be yesterday or a date (got {text!r}). Next: take e.g. {DEFAULT_END}"
        ) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the shop that the arguments describe; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m analytics_assets.demo_shop", description=__doc__
    )
    parser.add_argument("directory", type=Path, help="folder for the files and ground_truth.json")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is about 120,000 orders")
    parser.add_argument("--end", default=str(DEFAULT_END), help="last day: a date, or yesterday")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--clean", action="store_true", help="without dirt")
    options = parser.parse_args(arguments)
    try:
        recipe = (options.scale, options.seed, last_day(options.end, datetime.date.today()))
        write((*recipe, options.clean), options.directory)
    except ValueError as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
