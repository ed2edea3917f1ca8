"""dbt in a process of its own that parses the project once and then runs a command a line.

Each line of its input is ``{"arguments": [...], "texts": {node: text}}``: what to run, and models
whose text is another one meanwhile. It answers each with one line, the error or an empty text.
"""

import json
import os
import sys
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    parsed = dbtRunner().invoke(["--quiet", "parse"])
    print(json.dumps(repr(parsed.exception or "")), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        error = run(parsed.result, request["arguments"], request["texts"])
        print(json.dumps(error), file=answers, flush=True)


def run(manifest: Manifest, arguments: list[str], texts: dict[str, str]) -> str:
    manifest = manifest.deepcopy()
    for node, text in texts.items():
        manifest.nodes[node].raw_code = text
    result: Any = dbtRunner(manifest=manifest).invoke(["--quiet", *arguments])
    # dbt keeps a DuckDB file open until its process ends.
    DuckDBConnectionManager.close_all_connections()
    if result.success:
        return ""
    if result.exception:
        return repr(result.exception)
    return "; ".join(str(node.message) for node in result.result if str(node.status) != "success")


if __name__ == "__main__":
    main()
