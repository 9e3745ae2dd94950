"""``make test``: all tests, then the coverage gates.

`protocol`, `records`, `filter`, `capture` and `dissect` are held at 100 % of lines and branches. The rest has a
ratchet: the figure below is what was reached, rounded down, and may only be raised. Give pytest arguments to run a
part; then no gate is checked, because a part covers a part.
"""

from __future__ import annotations

import subprocess
import sys

WHOLE = "wsgui/protocol/*,wsgui/records.py,wsgui/filter/*,wsgui/capture/*,wsgui/dissect/*"
RATCHET = 92


def main(arguments: list[str]) -> int:
    """Run pytest, then the gates; returns the exit code of the first that fails."""
    python = [sys.executable, "-m"]
    if arguments:
        return subprocess.call([*python, "pytest", *arguments])
    subprocess.call([*python, "coverage", "erase"])
    steps = [
        [*python, "coverage", "run", "-m", "pytest", "-q", "-rs"],
        [*python, "coverage", "combine", "-q"],
        [*python, "coverage", "report", f"--include={WHOLE}", "--fail-under=100"],
        [*python, "coverage", "report", f"--omit={WHOLE}", f"--fail-under={RATCHET}"],
    ]
    for step in steps:
        code = subprocess.call(step)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
