"""docs/licences.md is what the lock file installs, and no copyleft comes unseen."""

import re

import pytest
from licences import COPYLEFT, ELSEWHERE, PAGE, is_copyleft, licence, locked

ALL = PAGE.read_text().partition("## All")[2]
ROWS = {
    name: (tuple(versions.split(", ")), told)
    for name, versions, told in re.findall(r"^\| ([a-z0-9.-]+) \| (\d.*) \| (.*) \|$", ALL, re.M)
}


def test_the_page_lists_what_is_locked():
    listed = {name: versions for name, (versions, _) in ROWS.items()}

    assert listed == locked(), "type: python analytics_assets_tests/dependencies/licences.py"


@pytest.mark.parametrize("name", locked())
def test_the_licence_is_the_one_the_package_states(name: str):
    _, told = ROWS[name]

    assert told in (licence(name) or ELSEWHERE, ELSEWHERE)
    assert told != "unknown"


def test_every_copyleft_licence_is_named_with_why_it_is_no_matter():
    found = {name for name, (_, told) in ROWS.items() if is_copyleft(told)}

    assert found == set(COPYLEFT)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("MPL-2.0 AND MIT", True), ("LGPL-3.0-only", True), ("GPL", True), ("Apache-2.0", False)],
)
def test_what_is_copyleft(expression: str, expected: bool):
    assert is_copyleft(expression) == expected
