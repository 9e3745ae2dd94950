"""One benchmark in a process of its own: ``python -m tests.bench.one NAME [--quick]``, a line of JSON for each item.

An item is a line for people, or a `Figure` of the table.
"""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict

from tests.bench.table import Figure


def main(name: str, *, quick: bool) -> None:
    """Run ``bench_NAME``; what it prints itself goes to standard error."""
    out, sys.stdout = sys.stdout, sys.stderr
    for item in importlib.import_module(f"tests.bench.bench_{name}").run(quick=quick):
        out.write(json.dumps(asdict(item) if isinstance(item, Figure) else item) + "\n")
        out.flush()


if __name__ == "__main__":
    main(sys.argv[1], quick="--quick" in sys.argv)
