import re
from pathlib import Path

import pytest

from analytics_assets.landing.files.schema import RAW_TABLES
from analytics_assets.settings import PROJECT_ROOT

PAGES = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_into_the_project_leads_somewhere(page: Path):
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_page_on_raw_data_names_every_column_as_the_door_wants_it():
    page = (PROJECT_ROOT / "docs" / "raw_data.md").read_text()

    for table in RAW_TABLES.values():
        section = page.split(f"## {table.name}\n")[1].split("\n## ")[0]
        rows = [
            f"| `{column.name}` | {column.sql_type} | {'yes' if column.required else 'no'} "
            f"| {'yes' if column.filled else 'no'} | {column.allowed} |"
            for column in table.columns
        ]
        assert re.findall(r"^\| `.*", section, re.M) == rows
