"""Whatever the package imports is named in pyproject.toml, or it is there by luck."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement

from analytics_assets.settings import PROJECT_ROOT

PACKAGE = "analytics_assets"


def imported_modules() -> set[str]:
    modules: set[str] = set()
    for path in (PROJECT_ROOT / PACKAGE).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    return modules - set(sys.stdlib_module_names) - {PACKAGE}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_import_is_declared():
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    declared = {normal(Requirement(text).name) for text in project["dependencies"]}
    makers = packages_distributions()

    undeclared = {
        module
        for module in imported_modules()
        if not declared & {normal(name) for name in makers[module]}
    }

    assert undeclared == set()
