"""``make test``: all tests side by side, then the coverage gates.

`redaction`, `protocol`, `records`, `filter`, `capture` and `dissect` are held at 100 % of lines and branches. The rest
has a ratchet: the figure below is what was reached, rounded down, and may only be raised. Give pytest arguments to run
a part; then no gate is checked, because a part covers a part, and it runs in one process, because that shows its first
result sooner (``-n 2`` gives it two).
"""

from __future__ import annotations

import os
import subprocess
import sys

WHOLE = "wsgui/redaction/*,wsgui/protocol/*,wsgui/records.py,wsgui/filter/*,wsgui/capture/*,wsgui/dissect/*"
RATCHET = 92
SIDE_BY_SIDE = ["-n", "auto", "--dist", "worksteal"]
"""One process a core (``PYTEST_XDIST_AUTO_NUM_WORKERS`` says how many instead); who is done first takes from the
others."""
COVERED = ["--cov", "--cov-report="]
"""Every process measures what it ran; pytest-cov puts it together."""


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
    steps = [
        [*python, "pytest", "-q", "-rs", *SIDE_BY_SIDE, *COVERED],
        [*python, "coverage", "report", f"--include={WHOLE}", "--fail-under=100"],
        [*python, "coverage", "report", f"--omit={WHOLE}", f"--fail-under={RATCHET}"],
    ]
    for step in steps:
        code = subprocess.call(step, env=environment())
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
