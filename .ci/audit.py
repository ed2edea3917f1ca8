#!/usr/bin/env python3
"""Look every locked package up in the list of known vulnerabilities.

pip-audit comes into an environment of its own, which is thrown away. Without a network it reports
"No known vulnerabilities found": what it could not look up is counted here and said aloud. Exit
code 1 is for a vulnerability that was found, not for a network that was not.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"


def judge(dependencies: list[dict[str, Any]]) -> tuple[int, str]:
    """Return the exit code and what to say of pip-audit's list of dependencies."""
    skipped = [found["name"] for found in dependencies if "skip_reason" in found]
    faults = [
        f"VULNERABLE: {found['name']} {found['version']}: {fault['id']}, fixed in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for found in dependencies
        for fault in found.get("vulns", [])
    ]
    lines = [*faults, f"{len(dependencies) - len(skipped)} of {len(dependencies)} packages audited"]
    if skipped or not dependencies:
        lines.append(f"NOT AUDITED: {', '.join(skipped) or 'anything'}; run again with a network")
    return (1 if faults else 0), "\n".join(lines)


def report(folder: Path) -> list[dict[str, Any]]:
    """Return what pip-audit says of each locked package, or nothing where it cannot be had."""
    venv.create(folder, with_pip=True)
    tools = folder / "bin"
    quiet = ["--quiet", "--disable-pip-version-check"]
    install = [str(tools / "python"), "-m", "pip", "install", *quiet, "pip-audit"]
    if subprocess.run(install, check=False).returncode:
        return []
    look_up = ["--requirement", str(LOCK), "--require-hashes", "--disable-pip", "--format", "json"]
    done = subprocess.run(
        [str(tools / "pip-audit"), *look_up, "--progress-spinner", "off"],
        check=False,
        stdout=subprocess.PIPE,
        timeout=1800,
    )
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except ValueError:
        return []


def main() -> int:
    """Audit, say what was found, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        code, told = judge(report(Path(folder)))
    sys.stdout.write(f"{told}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
