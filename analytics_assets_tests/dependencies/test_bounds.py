"""docs/dependencies.md gives a reason for every upper bound, and for no other."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from analytics_assets.settings import PROJECT_ROOT

PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
PAGE = (PROJECT_ROOT / "docs" / "dependencies.md").read_text()


def upper(specifiers: SpecifierSet) -> str | None:
    return next((str(bound) for bound in specifiers if bound.operator.startswith("<")), None)


def bounds_of_the_project() -> dict[str, str | None]:
    listed = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    wanted = {needed.name: upper(needed.specifier) for needed in map(Requirement, listed)}
    return {**wanted, "Python": upper(SpecifierSet(PROJECT["requires-python"]))}


def bounds_of_the_page() -> dict[str, str | None]:
    rows = re.findall(r"^\| ([A-Za-z][\w, -]*) \| `([^`]+)` \| (\S.*) \|$", PAGE, re.M)
    assert all(len(reason) > 10 for _, _, reason in rows)
    return {
        name: upper(SpecifierSet(bound)) for names, bound, _ in rows for name in names.split(", ")
    }


def test_every_upper_bound_has_its_row_and_every_row_its_bound():
    bounded = {name: bound for name, bound in bounds_of_the_project().items() if bound}

    assert bounds_of_the_page() == bounded
