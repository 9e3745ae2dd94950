"""Run the benchmarks, each in a process of its own, so that none disturbs the next.

``python -m tests.bench`` runs every ``bench_*.py`` beside this file; names (``codec``) choose some of them.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks of this folder: those modules that have a ``run``."""
    return sorted(
        path.stem.removeprefix("bench_")
        for path in FOLDER.glob("bench_*.py")
        if "\ndef run(" in path.read_text("utf-8")
    )


def main(chosen: list[str]) -> int:
    """Run ``chosen`` benchmarks, all if there is none; returns how many failed."""
    known = names()
    unknown = [name for name in chosen if name not in known]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} CPUs, {platform.system()}")
    failed = 0
    for name in chosen or known:
        print(f"\n{name}", flush=True)
        code = f"from tests.bench.bench_{name} import run\nfor line in run(): print('  ' + line, flush=True)"
        failed += subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parents[1], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
