"""Run the benchmarks, each in a process of its own, so that none disturbs the next.

``python -m tests.bench`` runs every ``bench_*.py`` beside this file; names (``codec``) choose some of them. Each row
of the table (`tests.bench.table`) is printed with its goal and whether it was met. ``--quick`` measures fewer and
shorter, in less than two minutes; ``--json`` prints the figures as JSON, and the lines for people to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tests.bench import peers
from tests.bench.table import ROWS, Figure, Row, amount

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks of this folder: those modules that have a ``run``."""
    return sorted(
        path.stem.removeprefix("bench_")
        for path in FOLDER.glob("bench_*.py")
        if "\ndef run(" in path.read_text("utf-8")
    )


def measure(name: str, *, quick: bool) -> Iterator[str | Figure]:
    """Run one benchmark; raises `CalledProcessError` if it fails."""
    command = [sys.executable, "-m", "tests.bench.one", name, *(["--quick"] if quick else [])]
    environment = os.environ | {"QT_LOGGING_RULES": "default.warning=false"}  # what the offscreen screen cannot do
    with subprocess.Popen(
        command, cwd=FOLDER.parents[1], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            item = json.loads(line)
            yield item if isinstance(item, str) else Figure(**item)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def said(row: Row, figure: Figure) -> str:
    """A row with what was measured, its goal, and whether it was met."""
    met = "met" if row.goal.met(figure.value) else "MISSED"
    line = f"{row.what}: {amount(figure.value, row.goal.unit)} (goal {row.goal}: {met})"
    return f"{line}; {figure.detail}" if figure.detail else line


def kept(row: Row, figure: Figure) -> dict[str, Any]:
    """The same as JSON."""
    goal = {"value": row.goal.value, "unit": row.goal.unit, "is": "at least" if row.goal.least else "at most"}
    met = row.goal.met(figure.value)
    return {"row": row.name, "what": row.what, "value": figure.value, "goal": goal, "met": met, "detail": figure.detail}


def unmeasured(row: Row) -> str:
    """Why there is no figure for ``row``; empty if there should be one."""
    return "; ".join(found.missing for found in map(peers.find, row.needs) if found.missing)


class Run:
    """A run of the benchmarks: lines to ``out`` while it goes, and what was measured."""

    def __init__(self, out: TextIO, *, quick: bool) -> None:
        self.out = out
        self.quick = quick
        self.figures: dict[str, Figure] = {}
        self.missing: dict[str, str] = {}
        self.failed: list[str] = []

    def say(self, line: str) -> None:
        """Print a line at once."""
        print(line, file=self.out, flush=True)

    def bench(self, name: str) -> None:
        """One benchmark, with all its rows."""
        self.say(f"\n{name}")
        known = {row.name: row for row in ROWS if row.bench == name}
        try:
            for item in measure(name, quick=self.quick):
                if isinstance(item, str):
                    self.say(f"  {item}")
                elif item.row in known:
                    self.figures[item.row] = item
                    self.say(f"  {said(known[item.row], item)}")
                else:
                    self.failed.append(name)
                    self.say(f"  failed: the table has no row {item.row}")
        except subprocess.CalledProcessError as error:
            self.failed.append(name)
            self.say(f"  failed: {error}")
        for row in known.values():
            if row.name in self.figures or (self.quick and not row.quick):
                continue
            why = unmeasured(row)
            self.missing[row.name] = why or "not measured"
            self.say(f"  {row.what}: {self.missing[row.name]} (goal {row.goal})")
            if not why and name not in self.failed:  # the table has a row that nobody measures
                self.failed.append(name)

    def summary(self) -> str:
        """How many goals were met, and which were missed."""
        measured = [(row, self.figures[row.name]) for row in ROWS if row.name in self.figures]
        missed = [row.name for row, figure in measured if not row.goal.met(figure.value)]
        line = f"\n{len(measured) - len(missed)} of {len(measured)} goals met"
        if missed:
            line += f"; missed: {', '.join(missed)}"
        if self.missing:
            line += f"; not measured: {', '.join(self.missing)}"
        if self.failed:
            line += f"; failed: {', '.join(self.failed)}"
        return line

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            **machine(),
            "quick": self.quick,
            "rows": [kept(row, self.figures[row.name]) for row in ROWS if row.name in self.figures],
            "not measured": self.missing,
            "failed": self.failed,
        }


def machine() -> dict[str, Any]:
    """What the figures were measured on, and beside."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cpus": os.cpu_count(),
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "peers": {peer: peers.find(peer).version or peers.find(peer).missing for peer in peers.PEERS},
    }


def main(arguments: list[str]) -> int:
    """Run what is chosen, all if nothing is; returns how many benchmarks failed."""
    parser = argparse.ArgumentParser("python -m tests.bench", description="Measure, beside peers in the same run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--quick", action="store_true", help="fewer and shorter: less than two minutes in all")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, lines go to standard error")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in names()]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names())}.", file=sys.stderr)
        return 2
    run = Run(sys.stderr if chosen.json else sys.stdout, quick=chosen.quick)
    about = machine()
    run.say(f"{about['python']}, {about['cpus']} CPUs, load {about['load']}, {about['system']}")
    run.say("beside " + "; ".join(f"{peer}: {version}" for peer, version in about["peers"].items()))
    quick = {row.bench for row in ROWS if row.quick}
    for name in chosen.names or names():
        if chosen.names or not chosen.quick or name in quick:
            run.bench(name)
    run.say(run.summary())
    if chosen.json:
        print(json.dumps(run.as_json(), indent=1))
    return len(run.failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
