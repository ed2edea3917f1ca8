"""The direction of the imports and the shape of the files, held by a walk over the package."""

import ast
from pathlib import Path

import pytest

import analytics_assets

PACKAGE = Path(analytics_assets.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# Which rooms a room may import from; every room may import from itself.
FOUNDATION = {"settings", "snowflake_account", "variables", "keys"}
TOOLS = {"metrics", "warehouse", "landing"}
PAGES = {"asset_pages", "pictures"}
ALLOWED = {
    "variables": set(),
    "keys": set(),
    "settings": {"variables", "snowflake_account"},
    "snowflake_account": set(),
    "metrics": set(),
    "landing": FOUNDATION,
    "warehouse": FOUNDATION | {"metrics"},
    "pictures": {"metrics"},
    "asset_pages": FOUNDATION | {"warehouse", "pictures"},
    "dbt": FOUNDATION | TOOLS | PAGES,
    "assets": FOUNDATION | TOOLS | PAGES,
    "checks": FOUNDATION | TOOLS,
    "automation": FOUNDATION | TOOLS,
    "resources": FOUNDATION | TOOLS | {"dbt"},
    "definitions": FOUNDATION | {"dbt", "assets", "checks", "automation", "resources", "command"},
    "command": FOUNDATION | TOOLS | {"automation", "checks", "dbt", "definitions"},
    "__init__": set(),
}
PURE = {"dagster", "dagster_dbt", "dbt", "duckdb", "snowflake", "os", "pathlib", "time", "datetime"}


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(module: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(module: Path):
    room = room_of(module)
    inside = {name.split(".")[1] for name in imports_of(module) if "analytics_assets." in name}

    assert inside - ALLOWED[room] - {room} == set()


@pytest.mark.parametrize(
    "module",
    [module for module in MODULES if room_of(module) == "metrics"],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_metrics_know_no_engine_no_path_and_no_clock(module: Path):
    outside = {name.split(".")[0] for name in imports_of(module)}
    source = module.read_text()

    assert outside & (PURE - {"datetime"}) == set()
    assert "now()" not in source
    assert "today()" not in source


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_what_belongs_in_it_and_holds_one_idea(module: Path):
    source = module.read_text()

    assert ast.get_docstring(ast.parse(source))
    assert len(source.splitlines()) <= 300


def test_importing_the_code_location_reads_no_setting(monkeypatch: pytest.MonkeyPatch):
    import importlib

    from analytics_assets import definitions

    monkeypatch.setenv("ANALYTICS_TARGET", "no such engine")

    importlib.reload(definitions)
