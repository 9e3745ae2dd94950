"""``make test``: all tests side by side, then the coverage gates.

`redaction`, `protocol`, `records`, `filter`, `capture` and `dissect` are held at 100 % of lines and branches. The rest
has a ratchet: the figure below is what was reached, rounded down, and may only be raised. Give pytest arguments to run
a part; then no gate is checked, because a part covers a part, and it runs in one process, because that shows its first
result sooner (``-n 2`` gives it two).

A few tests that fail beside all others are run once more, alone. Whoever passes then is named in the last lines as
unsteady: a fault to be mended (it waits for too little, or for another test), and none of the change at hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

WHOLE = "wsgui/redaction/*,wsgui/protocol/*,wsgui/records.py,wsgui/filter/*,wsgui/capture/*,wsgui/dissect/*"
RATCHET = 92
SIDE_BY_SIDE = ["-n", "auto", "--dist", "worksteal"]
"""One process a core (``PYTEST_XDIST_AUTO_NUM_WORKERS`` says how many instead); who is done first takes from the
others."""
COVERED = ["--cov", "--cov-report="]
"""Every process measures what it ran; pytest-cov puts it together."""

UNSTEADY = 3
"""So many failed tests are run once more; more of them are no chance."""
FAILED_CACHE = Path(".pytest_cache/v/cache/lastfailed")


def environment() -> dict[str, str]:
    """This process's, with two things that tests side by side need."""
    # They have to be collected in the same order in each process, sets among their parameters too.
    changed = os.environ | {"PYTHONHASHSEED": "0"}
    # Hundreds of tests start a program of their own: each would compile all modules again.
    changed.pop("PYTHONDONTWRITEBYTECODE", None)
    return changed


def main(arguments: list[str]) -> int:
    """Run pytest, then the gates; returns the exit code of the first that fails."""
    python = [sys.executable, "-m"]
    if arguments:
        return subprocess.call([*python, "pytest", *arguments], env=environment())
    unsteady: list[str] = []
    FAILED_CACHE.unlink(missing_ok=True)
    code = subprocess.call([*python, "pytest", "-q", "-rs", *SIDE_BY_SIDE, *COVERED], env=environment())
    if code == 1 and 0 < len(unsteady := failed()) <= UNSTEADY:
        say("Once more, alone:", unsteady)
        code = subprocess.call([*python, "pytest", "-q", *COVERED, "--cov-append", *unsteady], env=environment())
    if code:
        return code
    steps = [
        [*python, "coverage", "report", f"--include={WHOLE}", "--fail-under=100"],
        [*python, "coverage", "report", f"--omit={WHOLE}", f"--fail-under={RATCHET}"],
    ]
    for step in steps:
        code = subprocess.call(step, env=environment())
        if code:
            return code
    if unsteady:
        say("Unsteady, to be mended (failed beside the others, passed alone):", unsteady)
    return 0


def say(head: str, tests: list[str]) -> None:
    """Print a line, and below it a line for each test."""
    sys.stdout.write("\n  ".join([head, *tests]) + "\n")
    sys.stdout.flush()


def failed() -> list[str]:
    """The tests that failed in the last run, as pytest names them."""
    try:
        return list(json.loads(FAILED_CACHE.read_text("utf-8")))
    except (OSError, ValueError):
        return []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
