"""``make soak``: what needs a quiet machine, or long: kills, floods, bounds of memory and of time.

Each ``soak_*.py`` beside this file is a file of tests that pytest finds only when it is told to, here.
``python -m tests.soak`` runs them all; names (``kill``) choose some; what starts with a dash goes to pytest. What they
measured is printed at the end, held or not. `make test` and `.ci/run` do without.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """What can be chosen."""
    return sorted(path.stem.removeprefix("soak_") for path in FOLDER.glob("soak_*.py"))


def main(arguments: list[str]) -> int:
    """Run what is chosen, all if nothing is; returns pytest's exit code, 2 for a name that there is not."""
    known = names()
    chosen = [word for word in arguments if not word.startswith("-")]
    unknown = [name for name in chosen if name not in known]
    if unknown:
        print(f"There is nothing called {', '.join(unknown)} to soak; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    files = [str(FOLDER / f"soak_{name}.py") for name in chosen or known]
    options = ["-o", "python_files=soak_*.py", "-o", "timeout=1800", "-p", "no:xdist", "-v"]
    words = [word for word in arguments if word.startswith("-")]
    return subprocess.call([sys.executable, "-m", "pytest", *options, *words, *files], cwd=FOLDER.parents[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
