"""The folders of real shops' files, and copies of them that a test may add to."""

import shutil
from pathlib import Path

import pytest

from analytics_assets.settings import PROJECT_ROOT

CASES = PROJECT_ROOT.parent / "shared" / "cases"
SHOPIFY, WOO = "01-shopify-orders-export", "03-woocommerce-eu-export"
NEEDS_CASES = pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases are not there: {CASES}")


def copy_of(tmp_path: Path, folder: str, *more: str, settings: str = "") -> Path:
    """Return a copy of a case's folder with further files, each with the name it lands by."""
    made = tmp_path / "files"
    shutil.copytree(CASES / folder, made)
    for other in more:
        path, _, name = other.partition(" as ")
        shutil.copy(CASES / path, made / (name or Path(path).name))
    if settings:
        (made / "shop.yml").write_text(settings, encoding="utf-8")
    return made
