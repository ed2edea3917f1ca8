"""How many wrong inputs there are in all: what docs/reliability.md says."""

import test_fuzzed_bytes
import test_fuzzed_files
import test_fuzzed_values

from analytics_assets.settings import PROJECT_ROOT

FAST = {
    "values in every column": test_fuzzed_values.CASES,
    "rows of any bytes": test_fuzzed_bytes.CASES,
    "spoilt files, fast": sum(test_fuzzed_files.FAST.values()),
}
SLOW = {"spoilt files, slow": sum(test_fuzzed_files.SLOW.values())}


def test_there_are_as_many_as_the_page_says():
    page = (PROJECT_ROOT / "docs" / "reliability.md").read_text()
    cases = FAST | SLOW

    for kind, count in {**cases, "in all": sum(cases.values())}.items():
        assert f"| {kind} | {count:,} |" in page
    assert sum(FAST.values()) > 10_000
