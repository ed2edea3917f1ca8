"""docs/licences.md: what requirements.lock installs, and under which licence.

Run this file to write the page anew after `make lock`.
"""

import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "licences.md"
ELSEWHERE = "installed on other systems only"
# Where the metadata holds no licence expression: what its classifiers or its free text say.
NAMES = {
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD": "BSD",
    "BSD License": "BSD",
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License (GPL)": "GPL",
    "Artistic License": "Artistic-1.0",
}
COPYLEFT = {
    "certifi": "a list of certificates, used as it is; the MPL covers its own files",
    "hypothesis": "for the tests only; the MPL covers its own files",
    "orjson": "used as it is; the MPL covers its own files",
    "pathspec": "used as it is; the MPL covers its own files",
    "text-unidecode": "either licence may be chosen: the Artistic License is; comes with dbt",
    "tqdm": "used as it is; the MPL covers its own files",
}
_COPYLEFT = re.compile(r"GPL|MPL|EPL|CDDL|EUPL|SSPL|OSL|BUSL|CC-BY-SA")
_HEAD = """# Licences

What `requirements.lock` installs, from the packages' own metadata. This project is Apache-2.0 and
ships none of these packages: they are installed beside it. Written by
`python analytics_assets_tests/dependencies/licences.py`, and held to the lock file by a test.
"""


def locked() -> dict[str, tuple[str, ...]]:
    """Return the versions of each locked package; two where they depend on Python's."""
    pins: dict[str, tuple[str, ...]] = {}
    lock = (ROOT / "requirements.lock").read_text()
    for name, version in re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", lock, re.M):
        pins[name] = (*pins.get(name, ()), version)
    return pins


def licence(name: str) -> str | None:
    """Return the licence of an installed package, None of one that is not installed here."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    if expression := told.get("License-Expression"):
        return NAMES.get(expression, expression)
    classifiers = [
        classifier.rsplit(" :: ", 1)[-1]
        for classifier in told.get_all("Classifier", [])
        if classifier.startswith("License :: OSI Approved ::")
    ]
    names = classifiers or (told.get("License") or "unknown").strip().splitlines()[:1]
    return " OR ".join(dict.fromkeys(NAMES.get(name, name) for name in names))


def is_copyleft(expression: str) -> bool:
    """Return whether a licence asks something of those who change or link the package."""
    return bool(_COPYLEFT.search(expression))


def page(licences: Mapping[str, str]) -> str:
    """Return the page; ``licences`` has one for each locked package."""
    rows = [
        f"| {name} | {', '.join(versions)} | {licences[name]} |"
        for name, versions in locked().items()
    ]
    named = [f"| {name} | {licences[name]} | {why} |" for name, why in COPYLEFT.items()]
    return "\n".join(
        [
            _HEAD,
            "## Copyleft",
            "",
            "None is LGPL or GPL without a choice. These ask something of whoever changes them:",
            "",
            "| package | licence | why it is no matter |",
            "|---|---|---|",
            *named,
            "",
            "## All",
            "",
            "| package | version | licence |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page({name: licence(name) or ELSEWHERE for name in locked()}))
