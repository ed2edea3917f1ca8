"""docs/settings.md names what the settings read, and each variable with its default."""

import re

from analytics_assets.settings import DBT_PROJECT_DIR, PROJECT_ROOT
from analytics_assets.variables import read_defaults

PAGE = (PROJECT_ROOT / "docs" / "settings.md").read_text()


def test_every_setting_of_the_project_is_on_the_page_and_no_other():
    read = re.findall(
        r'"(ANALYTICS_\w+)"', (PROJECT_ROOT / "analytics_assets/settings.py").read_text()
    )

    assert set(re.findall(r"^\| `(ANALYTICS_\w+)` \|", PAGE, re.M)) == set(read)


def test_every_variable_has_its_default():
    defaults = read_defaults(DBT_PROJECT_DIR / "dbt_project.yml")
    rows = [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in re.findall(r"^\| `[a-z_]+` \|.*", PAGE, re.M)
    ]

    assert [(name, default) for name, default, _ in rows] == [
        (f"`{name}`", "" if value is None else str(value)) for name, value in defaults.items()
    ]
