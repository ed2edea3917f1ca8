"""One shop, one UI and one browser for all that is looked at.

They end with the module: playwright's event loop runs in the test's own thread for as long as the
browser lives, and Dagster cannot end a loop of its own there meanwhile.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dagster_ui import CHROMIUM, DagsterUi, build_shop, chromium, running_ui, watched_page
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterUi]:
    if CHROMIUM is None:
        pytest.skip("NOT RUN: nothing was looked at in a browser. Debian: apt-get install chromium")
    folder = tmp_path_factory.mktemp("ui")
    with running_ui(build_shop(folder), folder) as running:
        yield running


@pytest.fixture(scope="module")
def browser(ui: DagsterUi) -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose test fails when the console shows an error."""
    faults: list[str] = []
    page = watched_page(browser, faults)
    yield page
    page.close()
    assert faults == []


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    # Other work may keep the machine busy.
    expect.set_options(timeout=30_000)
    return expect


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keep a screenshot, small; in SCREENSHOTS where that names a folder."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)

    def screenshot(page: Page, name: str) -> None:
        picture = Image.open(io.BytesIO(page.screenshot()))
        path = folder / f"{name}.png"
        picture.convert("RGB").quantize(64).save(path, optimize=True)
        assert path.stat().st_size < 150_000

    return screenshot
