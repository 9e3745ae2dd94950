"""No test depends on how fast the machine is: none measures time, sleeps for it, or has a bound of its own."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent
APART = ("bench", "soak", "fuzz", "peers")
"""Folders of what is not in ``make test``, and of foreign programs."""
PROGRAMS = {"conformance.py", "reactions.py", "flood.py", "test_patience.py"}
"""Not tests themselves: they meet programs that say nothing, or measure for ``make soak``."""

REFUSED = {
    r"time\.sleep\(|qtbot\.wait\(": "waits for time: wait for a fact",
    r"perf_counter|process_time|time\.monotonic|loop\.time\(": "measures time: that is for tests/bench or tests/soak",
    r"asyncio\.timeout\((?:[4-9]|\d\d)": "has a bound of its own: take tests.patience.PATIENCE",
    r"asyncio\.sleep\([1-9]": "sleeps: wait for a fact",
}

FILES = sorted(
    path
    for path in FOLDER.rglob("*.py")
    if path.name not in PROGRAMS
    and not set(APART) & set(path.relative_to(FOLDER).parts)
    and "node_modules" not in path.parts
)


def found_in(text: str) -> list[str]:
    """What is refused, a sentence for each line."""
    lines = enumerate(text.splitlines(), 1)
    return [f"line {number} {why}" for number, line in lines for what, why in REFUSED.items() if re.search(what, line)]


def test_nothing_depends_on_the_speed_of_the_machine() -> None:
    found = {str(path.relative_to(FOLDER)): found_in(path.read_text("utf-8")) for path in FILES}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_what_would_be_refused() -> None:
    assert found_in("x = 1\ntime.sleep(1)\nasync with asyncio.timeout(10):\n    await asyncio.sleep(0)\n") == [
        "line 2 waits for time: wait for a fact",
        "line 3 has a bound of its own: take tests.patience.PATIENCE",
    ]
    assert found_in("begun = time.perf_counter()") == ["line 1 measures time: that is for tests/bench or tests/soak"]
