"""Links into the project, in README and docs, lead to a file and to a heading that is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from analytics_assets.settings import PROJECT_ROOT

PAGES = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md"))]


def prose(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.S | re.M)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page: those that GitHub makes of its headings, and its own."""
    text = prose(page)
    found = set(re.findall(r'<a id="([^"]+)"', text))
    repeated: Counter[str] = Counter()
    for heading in re.findall(r"^#+ (.+?)\s*$", text, re.M):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.add(f"{anchor}-{repeated[anchor]}" if repeated[anchor] else anchor)
        repeated[anchor] += 1
    return found


def leads_nowhere(link: str, page: Path) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in anchors(target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_into_the_project_leads_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", prose(page))

    assert [link for link in links if leads_nowhere(link, page)] == []


def test_a_link_to_a_heading_that_is_not_there_is_found(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("# One `x_y` & two: 3.\n\n## Twice\n\n## Twice\n\n```\n# no heading\n```\n")

    assert anchors(page) == {"one-x_y--two-3", "twice", "twice-1"}
    assert not leads_nowhere("#twice-1", page)
    assert leads_nowhere("#no-heading", page)
    assert leads_nowhere("other.md", page)
